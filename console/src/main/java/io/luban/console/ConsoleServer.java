package io.luban.console;

import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.UpstreamClient;

/** The running console. */
public final class ConsoleServer implements AutoCloseable {
    private final UpstreamClient client;
    private final HttpServer server;

    private ConsoleServer(UpstreamClient client, HttpServer server) {
        this.client = client;
        this.server = server;
    }

    /** Binds and serves; throws {@link java.io.UncheckedIOException} when the address cannot be bound. */
    public static ConsoleServer start(ConsoleConfig config, HttpRuntime runtime) {
        var client = new UpstreamClient(runtime);
        var gateway = new Gateway(config.apiServer(), client);
        var passage = new Passage(config);
        var router = new ConsoleRouter(passage, new OwnPages(gateway), new ExistenceCheck(gateway));
        try {
            return new ConsoleServer(client, HttpServer.start(runtime, config.server(), passage::attempt, router));
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** The bound TCP port. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
