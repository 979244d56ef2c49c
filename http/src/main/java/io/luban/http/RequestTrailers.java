package io.luban.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import java.util.HashMap;
import java.util.Map;

/**
 * Notes the trailers of the requests of one HTTP/1.1 connection, which the network library drops. Requests and their ends come
 * in the same order, so that both are known by their number.
 */
final class RequestTrailers extends ChannelInboundHandlerAdapter {
    // Pipelined requests that nobody has looked at yet; more than this do not fit into a read.
    private static final int MOST_WAITING = 64;

    private final Map<Integer, Headers> waiting = new HashMap<>();
    private int ended;

    /** Listens to a connection; one of another version has its trailers elsewhere. */
    static RequestTrailers of(HttpConnection wire) {
        var trailers = new RequestTrailers();
        if (wire instanceof Http1ServerConnection connection) {
            var pipeline = connection.channel().pipeline();
            if (pipeline.get("handler") != null) {
                pipeline.addBefore("handler", "trailers", trailers);
            }
        }
        return trailers;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof LastHttpContent last) {
            int number = ended++;
            if (!last.trailingHeaders().isEmpty() && waiting.size() < MOST_WAITING) {
                waiting.put(number, read(last));
            }
        }
        context.fireChannelRead(message);
    }

    /** Fields that frame, route or authorize a message mean nothing behind its body (RFC 9110 §6.5.1). */
    private static Headers read(LastHttpContent last) {
        var trailers = Headers.builder();
        last.trailingHeaders().forEach(field -> {
            var name = field.getKey();
            if (Fields.isToken(name) && Fields.isValue(field.getValue()) && !Fields.isForbiddenTrailer(name)) {
                trailers.add(name, field.getValue());
            }
        });
        return trailers.build();
    }

    /** The trailers of a request, counted from 0, once its body has ended. */
    Headers take(int number) {
        var trailers = waiting.isEmpty() ? null : waiting.remove(number);
        return trailers == null ? Headers.EMPTY : trailers;
    }
}
