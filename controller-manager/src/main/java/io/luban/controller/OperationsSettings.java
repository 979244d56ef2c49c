package io.luban.controller;

/**
 * Where a gateway in another process asks for logs and previews of install plans.
 *
 * @param host address to listen on
 * @param port TCP port, 0 for any free one
 * @param token that the gateway presents; not empty
 */
public record OperationsSettings(String host, int port, String token) {
    @Override
    public String toString() {
        return "OperationsSettings[%s, %d]".formatted(host, port);
    }
}
