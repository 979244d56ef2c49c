package io.luban.standalone.inprocess;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Hands requests to a handler in this process; WebSockets take the network. */
final class HandlerHttpClient
        extends StandardHttpClient<HandlerHttpClient, HandlerTransport, HandlerHttpClientBuilder> {
    private final HandlerTransport transport;

    HandlerHttpClient(HandlerHttpClientBuilder builder, HandlerTransport transport, AtomicBoolean closed) {
        super(builder, closed);
        this.transport = transport;
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
            StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        return transport.begin(request, consumer);
    }

    @Override
    public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
            StandardWebSocketBuilder builder, WebSocket.Listener listener) {
        return transport.network().http().buildWebSocketDirect(builder, listener);
    }

    @Override
    protected void doClose() {
        transport.close();
    }
}
