package io.luban.apiserver;

import java.io.IOException;

/** A gateway whose paths below {@code /proxy/open/} anybody may use, and those below {@code /proxy/closed/} nobody. */
public final class OpenGateway implements AutoCloseable {
    /** Path that is asked until the gateway forwards. */
    public static final String READY = "/proxy/open/ready";

    private final GatewayFixture fixture;

    private OpenGateway(GatewayFixture fixture) {
        this.fixture = fixture;
    }

    /** Starts it before a backend on that port. */
    public static OpenGateway before(int port) throws IOException {
        var fixture = new GatewayFixture();
        fixture.role("open", "{verbs: ['*'], nonResourceURLs: ['/proxy/open/*']}");
        fixture.bind("open", "open", "Group", "system:unauthenticated");
        for (var name : new String[] {"open", "closed"}) {
            fixture.apply(GatewayFixture.EXTENSIONS + "reverseproxies", """
                    metadata: {name: %s}
                    spec: {matcher: {path: /proxy/%s/*, method: "*"}, upstream: {url: "http://127.0.0.1:%d"}}
                    """.formatted(name, name, port));
        }
        org.awaitility.Awaitility.await().until(() -> fixture.get(READY, "").statusCode() == 200);
        return new OpenGateway(fixture);
    }

    public int port() {
        return fixture.port();
    }

    public boolean isAlive() {
        return fixture.get("/healthz", "").statusCode() == 200;
    }

    @Override
    public void close() {
        fixture.close();
    }
}
