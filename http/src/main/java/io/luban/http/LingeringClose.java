package io.luban.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client may still be sending: first only its own direction, and the other one when the client has
 * closed it or two seconds later. Closed at once, with input that nobody has read, the system would reset the connection, and
 * the client might never see the answer (RFC 9112 §9.6).
 */
final class LingeringClose extends ChannelDuplexHandler {
    private static final String NAME = "lingering";
    private static final long MOST_MILLIS = 2000;

    private boolean closing;

    private LingeringClose() {}

    /** From now on the connection closes in two steps. Those of HTTP/2 tell their clients by frames of their own. */
    static void arm(HttpConnection wire) {
        if (wire instanceof Http1ServerConnection connection) {
            var pipeline = connection.channel().pipeline();
            if (pipeline.get(NAME) == null) {
                pipeline.addFirst(NAME, new LingeringClose());
            }
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (closing || !(context.channel() instanceof DuplexChannel channel) || channel.isInputShutdown()) {
            end(context, promise);
            return;
        }
        closing = true;
        channel.shutdownOutput().addListener(shut -> {
            if (!shut.isSuccess()) {
                end(context, context.newPromise());
            }
        });
        channel.config().setAutoRead(true);
        var limit = context.executor()
                .schedule(() -> end(context, context.newPromise()), MOST_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> {
            limit.cancel(false);
            promise.trySuccess();
        });
    }

    private static void end(ChannelHandlerContext context, ChannelPromise promise) {
        var unusedOutcome = context.close(promise);
    }

    /** The client has closed its direction too: nothing unread is left that would reset the connection. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (closing && event == ChannelInputShutdownEvent.INSTANCE) {
            end(context, context.newPromise());
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }
}
