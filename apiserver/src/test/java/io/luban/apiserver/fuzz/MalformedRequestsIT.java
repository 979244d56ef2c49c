package io.luban.apiserver.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.apiserver.OpenGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends thousands of broken connections to a gateway and compares what its backend got with what a strict reader finds in
 * them. Nothing may reach the backend that the strict reader does not see, in another order or on another path.
 */
class MalformedRequestsIT {
    private static final int CASES = Integer.getInteger("luban.fuzz.cases", 4_000);
    private static final long SEED = Long.getLong("luban.fuzz.seed", 20_261_121L);
    private static final int SEEDS = Integer.getInteger("luban.fuzz.seeds", 1);
    private static final int PATIENCE_MILLIS = 60_000;

    static LongStream seeds() {
        return LongStream.range(SEED, SEED + SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothing_reaches_the_backend_that_a_strict_reader_does_not_see(long seed) throws Exception {
        try (var backend = new RecordingBackend();
                var gateway = OpenGateway.before(backend.port())) {
            var mangler = new RequestMangler(seed);
            var sent = new ArrayList<byte[]>();
            for (int i = 0; i < CASES; i++) {
                sent.add(mangler.connection(i));
            }
            sendAll(gateway.port(), sent);

            assertThat(gateway.isAlive()).isTrue();
            var strict = new HashMap<String, List<StrictParser.Parsed>>();
            sent.forEach(bytes -> StrictParser.parse(bytes, true)
                    .forEach(request -> strict.computeIfAbsent(path(request.target()), added -> new ArrayList<>())
                            .add(request)));
            int forwarded = 0;
            for (var bytes : backend.received()) {
                for (var request : StrictParser.parse(bytes, false)) {
                    check(request, strict, sent);
                    forwarded++;
                }
                assertThat(StrictParser.understood(bytes)).isGreaterThanOrEqualTo(lastHead(bytes));
            }
            assertThat(forwarded).as("requests that were forwarded").isGreaterThan(CASES / 50);
        }
    }

    /** Everything a backend reads must be a request; only the last one of a connection may have been cut off. */
    private static int lastHead(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        int last = text.lastIndexOf("Via: 1.1 kubesphere");
        return last < 0 ? 0 : Math.max(0, text.lastIndexOf("/proxy/", last) - 10);
    }

    private static void check(
            StrictParser.Parsed request, Map<String, List<StrictParser.Parsed>> strict, List<byte[]> sent) {
        if (request.target().equals(OpenGateway.READY)) {
            return;
        }
        assertThat(request.target()).doesNotContain("closed/inner");
        var decoded = URLDecoder.decode(
                request.target().replaceFirst("\\?.*", "").replace("+", "%2B"), StandardCharsets.UTF_8);
        // authorization goes by the path decoded once: what the backend reads in the target must be the same
        assertThat(decoded).startsWith("/proxy/open/");
        assertThat(decoded.split("/", -1)).doesNotContain("..", ".", "..;");
        var candidates = strict.getOrDefault(path(request.target()), new ArrayList<>());
        var origin = candidates.stream()
                .filter(candidate -> candidate.method().equals(request.method()))
                .filter(candidate -> !candidate.complete()
                        || !request.complete()
                        || candidate.body().equals(request.body()))
                .findFirst();
        assertThat(origin)
                .as(() -> "%s among %s, sent in %s".formatted(request, candidates, sentWith(request, sent)))
                .isPresent();
        candidates.remove(origin.get());
    }

    private static List<String> sentWith(StrictParser.Parsed request, List<byte[]> sent) {
        return sent.stream()
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .filter(text -> text.contains(request.target()))
                .toList();
    }

    /** An absolute target is served by its path, and a fragment is not sent on. */
    private static String path(String target) {
        return target.replaceFirst("(?i)^https?://[^/?]*", "").replaceFirst("#.*", "");
    }

    private static void sendAll(int port, List<byte[]> sent) throws Exception {
        try (var executor = Executors.newFixedThreadPool(16, Thread.ofVirtual().factory())) {
            var tasks = new ArrayList<Callable<byte[]>>();
            sent.forEach(bytes -> tasks.add(() -> send(port, bytes)));
            for (var answer : executor.invokeAll(tasks)) {
                answer.get();
            }
        }
    }

    /** The answers to a connection; a read that times out fails the test, as the gateway would hang. */
    private static byte[] send(int port, byte[] bytes) throws IOException {
        var answer = new ByteArrayOutputStream();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(answer);
            } catch (SocketException e) {
                // cut while still sending: a refusal like any other
                return answer.toByteArray();
            } catch (java.net.SocketTimeoutException e) {
                throw new AssertionError(
                        "no end after:\n" + new String(bytes, StandardCharsets.ISO_8859_1) + "\nanswer so far:\n"
                                + answer,
                        e);
            }
        }
        return answer.toByteArray();
    }
}
