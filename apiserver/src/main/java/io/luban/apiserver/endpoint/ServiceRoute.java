package io.luban.apiserver.endpoint;

/** How backends that are services of the cluster are reached. */
public enum ServiceRoute {
    /** At the addresses of their ready pods where these can be reached, else through the proxy of the Kubernetes API. */
    AUTO("auto"),
    /** By name; the cluster's name service has to be that of this machine. */
    DNS("dns"),
    /** At the addresses of their ready pods, as the Kubernetes API tells them. */
    API("api"),
    /** Through the proxy of the Kubernetes API. */
    PROXY("proxy");

    private final String word;

    ServiceRoute(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
