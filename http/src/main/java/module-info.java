/** HTTP server, streaming forwarder and tunnels; the only module that knows the network library. */
module io.luban.http {
    requires transitive io.luban.model;
    requires com.github.benmanes.caffeine;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.codec.http2;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.vertx.core;
    requires org.slf4j;

    exports io.luban.http;
}
