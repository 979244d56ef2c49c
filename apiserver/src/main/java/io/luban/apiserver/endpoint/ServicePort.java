package io.luban.apiserver.endpoint;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** One port of a cluster service. */
public record ServicePort(String namespace, String name, int port) {
    private static final Pattern HOST = Pattern.compile("([a-z0-9-]+)\\.([a-z0-9-]+)\\.svc(\\.cluster\\.local)?\\.?");

    /** The service that a cluster-internal host name stands for. */
    static Optional<ServicePort> fromHost(String host, int port) {
        var match = HOST.matcher(host.toLowerCase(Locale.ROOT));
        return match.matches() ? Optional.of(new ServicePort(match.group(2), match.group(1), port)) : Optional.empty();
    }

    /** Its name within the cluster. */
    String host() {
        return name + "." + namespace + ".svc";
    }

    @Override
    public String toString() {
        return "service %s/%s port %d".formatted(namespace, name, port);
    }
}
