package io.luban.apiserver.backend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Starts {@link BackendMain} in a virtual machine of its own and talks to it past the gateway. */
public final class BackendProcess implements AutoCloseable {
    private final Process process;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private BackendProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** A backend without TLS. */
    public static BackendProcess start() throws IOException {
        return start(List.of());
    }

    /** A backend with the key and certificate of a PKCS 12 store. */
    public static BackendProcess startTls(Path store, String password) throws IOException {
        return start(List.of(store.toString(), password));
    }

    private static BackendProcess start(List<String> arguments) throws IOException {
        var classes = BackendMain.class.getProtectionDomain().getCodeSource().getLocation();
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of(URI.create(classes.toString())).toString(),
                BackendMain.class.getName()));
        command.addAll(arguments);
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var said = new ArrayList<String>();
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("port ")) {
                return new BackendProcess(process, Integer.parseInt(line.substring("port ".length())));
            }
            // the virtual machine may warn of something first
            said.add(line);
        }
        process.destroyForcibly();
        throw new IOException("the backend said: " + said);
    }

    /** Port on the loopback address. */
    public int port() {
        return port;
    }

    /** What happened so far, oldest first. */
    public List<String> journal() {
        return ask("/_journal").lines().toList();
    }

    /** Lets scripts pass that wait at a gate. */
    public void open(String gate) {
        ask("/_open/" + gate);
    }

    private String ask(String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends the process as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** A step that writes the text. */
    public static String raw(String text) {
        return "raw:"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        http.close();
    }
}
