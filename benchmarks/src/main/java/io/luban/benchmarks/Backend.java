package io.luban.benchmarks;

import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Limits;
import io.luban.http.Reply;
import io.luban.http.ServerConfig;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The upstream that is forwarded to: every request gets the same 120 bytes of JSON. Prints its port when it listens. */
final class Backend {
    private static final byte[] BODY =
            ("{\"kind\":\"Echo\",\"items\":[1,2,3],\"msg\":\"a small answer of the backend, made to be about one hundred"
                            + " and twenty bytes\"}")
                    .getBytes(StandardCharsets.UTF_8);

    private Backend() {}

    /** Serves until the process is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        var reply = Reply.json(200, BODY);
        var config = new ServerConfig("127.0.0.1", 0, Optional.empty(), Limits.DEFAULTS);
        try (var runtime = HttpRuntime.create();
                var server = HttpServer.start(runtime, config, request -> Optional.of(reply), request -> reply)) {
            System.out.println(server.port());
            new CountDownLatch(1).await();
        }
    }
}
