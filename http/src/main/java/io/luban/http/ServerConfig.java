package io.luban.http;

import java.util.Optional;

/**
 * Where and how a server listens.
 *
 * @param host address or name to bind
 * @param port TCP port, 0 for any free one
 * @param tls identity for HTTPS with HTTP/1.1 and HTTP/2; empty for plain HTTP/1.1
 */
public record ServerConfig(String host, int port, Optional<TlsMaterial> tls, Limits limits) {
    /** Plain HTTP on a free loopback port, for tests and in-process use. */
    public static ServerConfig loopback() {
        return new ServerConfig("127.0.0.1", 0, Optional.empty(), Limits.DEFAULTS);
    }
}
