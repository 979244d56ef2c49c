package io.luban.benchmarks;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Keep-alive HTTP/1.1 connections, one virtual thread each, for machines without wrk. Needs Content-Length answers. */
final class SocketLoad implements Load {
    @Override
    public String name() {
        return "the built-in load generator";
    }

    @Override
    public LoadResult run(LoadSpec spec) {
        var requests = new AtomicLong();
        var failures = new AtomicLong();
        long begin = System.nanoTime();
        long end = begin + spec.duration().toNanos();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < spec.connections(); i++) {
                executor.execute(() -> drive(spec, end, requests, failures));
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new LoadResult(requests.get() / seconds, requests.get(), failures.get());
    }

    private static void drive(LoadSpec spec, long end, AtomicLong requests, AtomicLong failures) {
        var bytes = encode(spec);
        while (System.nanoTime() < end) {
            try (var socket = connect(spec.uri())) {
                socket.setSoTimeout(10_000);
                var in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
                while (System.nanoTime() < end) {
                    socket.getOutputStream().write(bytes);
                    if (!answer(in)) {
                        failures.incrementAndGet();
                    }
                    requests.incrementAndGet();
                }
            } catch (IOException e) {
                failures.incrementAndGet();
            }
        }
    }

    private static byte[] encode(LoadSpec spec) {
        var uri = spec.uri();
        var target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        var head = new StringBuilder(
                "%s %s HTTP/1.1\r\nHost: %s\r\n".formatted(spec.method(), target, uri.getAuthority()));
        spec.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(spec.body().length()).append("\r\n\r\n");
        return head.append(spec.body()).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A connection, with TLS where the scheme asks for it. */
    static Socket connect(URI uri) throws IOException {
        if (!"https".equals(uri.getScheme())) {
            return new Socket(uri.getHost(), uri.getPort());
        }
        try {
            return TrustAll.context().getSocketFactory().createSocket(uri.getHost(), uri.getPort());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static boolean answer(InputStream in) throws IOException {
        var status = line(in);
        long length = 0;
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            var lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return status.length() > 9 && status.charAt(9) == '2';
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("connection closed");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }
}
