package io.luban.apiserver.tracing;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.http.Attribute;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Puts a span of the gateway between the client's and the backend's. Never answers. */
final class TraceFilter implements Stage {
    static final Attribute<Begun> BEGUN = Attribute.of("span", Begun.class);

    private static final int TRACE_BYTES = 16;
    private static final int SPAN_BYTES = 8;

    /** A span that runs, and the one that asked. */
    record Begun(TraceParent own, String parent) {}

    private final double sampleRatio;
    private final RandomGenerator random;

    TraceFilter(double sampleRatio, RandomGenerator random) {
        this.sampleRatio = sampleRatio;
        this.random = random;
    }

    @Override
    public Step attempt(Exchange exchange) {
        var request = exchange.request();
        var asked = request.header(TraceParent.HEADER).flatMap(TraceParent::parse);
        var own = asked.map(parent -> new TraceParent(parent.traceId(), id(SPAN_BYTES), parent.sampled()))
                .orElseGet(() -> new TraceParent(id(TRACE_BYTES), id(SPAN_BYTES), random.nextDouble() < sampleRatio));
        var headers = asked.isPresent() ? request.headers() : request.headers().without(TraceParent.STATE);
        var begun = new Begun(own, asked.map(TraceParent::spanId).orElse(""));
        return Step.next(exchange.with(request.withHeaders(headers.with(TraceParent.HEADER, own.text()))
                .with(BEGUN, begun)));
    }

    /** Random, and not all zeros, which means none. */
    private String id(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        bytes[0] |= 1;
        return HexFormat.of().formatHex(bytes);
    }
}
