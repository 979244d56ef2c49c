package io.luban.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;

/**
 * Notices that a client of HTTP/1.1 has closed its direction of a connection, which the network library would answer by closing
 * the other one in the same moment, whether or not a request is under way. Over TLS the library's way is kept, as TLS has an end
 * of its own.
 */
final class HalfClose extends ChannelInboundHandlerAdapter {
    private static final String NAME = "half-close";

    private final Runnable ended;

    private HalfClose(Runnable ended) {
        this.ended = ended;
    }

    /** Calls back on the event loop when nothing more comes from the client; whoever asked has to close the connection then. */
    static void watch(HttpConnection wire, Runnable ended) {
        if (!wire.isSsl() && wire instanceof Http1ServerConnection connection) {
            var channel = connection.channel();
            if (channel.pipeline().get("handler") == null) {
                return;
            }
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addBefore("handler", NAME, new HalfClose(ended));
        }
    }

    /** Ends it: over a connection that has left HTTP, either side closes both directions. */
    static void forget(HttpConnection wire) {
        if (wire instanceof Http1ServerConnection connection) {
            var channel = connection.channel();
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
            if (channel.pipeline().get(NAME) != null) {
                channel.pipeline().remove(NAME);
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended.run();
        }
        context.fireUserEventTriggered(event);
    }
}
