package io.luban.standalone.inprocess;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import io.luban.http.Handler;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What all HTTP clients that are derived from each other share: the handler that answers, and the calls under way. */
final class HandlerTransport implements HttpClient.Factory {
    private final Handler handler;
    private final Network network;
    private final Set<Call> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    HandlerTransport(Handler handler, Network network) {
        this.handler = handler;
        this.network = network;
    }

    /** Connection settings, proxies and certificates mean nothing here, so none are prepared. */
    @Override
    public HttpClient.Builder newBuilder(Config config) {
        var builder = newBuilder();
        builder.tag(config.getRequestConfig());
        HttpClientUtils.createApplicableInterceptors(config, this).forEach(builder::addOrReplaceInterceptor);
        return builder;
    }

    @Override
    public HandlerHttpClientBuilder newBuilder() {
        return new HandlerHttpClientBuilder(this);
    }

    Handler handler() {
        return handler;
    }

    Network network() {
        return network;
    }

    CompletableFuture<HttpResponse<AsyncBody>> begin(
            StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        var call = new Call(this, request, consumer);
        underWay.add(call);
        if (closed) {
            call.breakOff(closedAlready());
        }
        return call.begin();
    }

    void over(Call call) {
        underWay.remove(call);
    }

    void close() {
        closed = true;
        underWay.forEach(call -> call.breakOff(closedAlready()));
        network.close();
    }

    private static IllegalStateException closedAlready() {
        return new IllegalStateException("the kubernetes client is closed");
    }
}
