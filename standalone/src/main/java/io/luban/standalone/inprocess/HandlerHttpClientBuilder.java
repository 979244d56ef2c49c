package io.luban.standalone.inprocess;

import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import java.util.concurrent.atomic.AtomicBoolean;

/** Settings of a client over a handler; those of the network are taken and of no effect. */
final class HandlerHttpClientBuilder
        extends StandardHttpClientBuilder<HandlerHttpClient, HandlerTransport, HandlerHttpClientBuilder> {
    HandlerHttpClientBuilder(HandlerTransport transport) {
        super(transport);
    }

    @Override
    public HandlerHttpClient build() {
        var origin = client;
        return new HandlerHttpClient(this, clientFactory, origin == null ? new AtomicBoolean() : origin.getClosed());
    }

    @Override
    protected HandlerHttpClientBuilder newInstance(HandlerTransport transport) {
        return new HandlerHttpClientBuilder(transport);
    }
}
