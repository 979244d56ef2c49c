package io.luban.controller;

import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Where a gateway in another process asks for logs and previews of install plans ({@code extension.operations.url}). Lets
 * in whoever presents the token that both sides were given, since the gateway has authorized the request already.
 */
public final class OperationsServer implements AutoCloseable {
    private final byte[] expected;
    private final Handler operations;
    private final HttpServer server;

    private OperationsServer(HttpRuntime runtime, ServerConfig config, String token, Handler operations) {
        this.expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        this.operations = operations;
        this.server = HttpServer.start(runtime, config, request -> Optional.empty(), this::handle);
    }

    /** Listens for whoever knows the token, which must not be empty. */
    public static OperationsServer start(HttpRuntime runtime, ServerConfig config, String token, Handler operations) {
        if (token.isEmpty()) {
            throw new IllegalArgumentException("extension.operations.token: must be set where logs are served");
        }
        return new OperationsServer(runtime, config, token, operations);
    }

    /** The bound TCP port. */
    public int port() {
        return server.port();
    }

    private Reply handle(Request request) {
        var presented = request.header("Authorization").orElse("").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(presented, expected)) {
            throw ApiException.unauthorized("Unauthorized");
        }
        return operations.handle(request);
    }

    @Override
    public void close() {
        server.close();
    }
}
