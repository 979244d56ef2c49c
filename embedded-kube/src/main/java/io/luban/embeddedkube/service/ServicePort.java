package io.luban.embeddedkube.service;

/**
 * A port of a Service that somebody wants to reach.
 *
 * @param port number or name; empty for the port without a name
 */
public record ServicePort(String namespace, String name, String port) {
    /** A port by its number. */
    public static ServicePort of(String namespace, String name, int port) {
        return new ServicePort(namespace, name, Integer.toString(port));
    }

    /** The name that certificates of the Service carry. */
    public String serverName() {
        return name + "." + namespace + ".svc";
    }
}
