package io.luban.embeddedkube.configuration;

import io.luban.model.ParseException;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where other machines reach the API.
 *
 * @param host name or address, without brackets
 * @param port empty for the port of the listener
 */
public record ExternalAddress(String host, OptionalInt port) {
    private static final Pattern TEXT =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?)(?::(\\d{1,5}))?");
    private static final int LARGEST_PORT = 65_535;

    /** Reads {@code host}, {@code host:port} or {@code [address]:port}; throws {@link ParseException}. */
    public static ExternalAddress parse(String text) {
        var found = TEXT.matcher(text);
        if (!found.matches()) {
            throw new ParseException("must be a host, or a host and a port such as kube.example.org:6443");
        }
        var host = found.group(1).startsWith("[")
                ? found.group(1).substring(1, found.group(1).length() - 1)
                : found.group(1);
        if (found.group(3) == null) {
            return new ExternalAddress(host, OptionalInt.empty());
        }
        int port = Integer.parseInt(found.group(3));
        if (port < 1 || port > LARGEST_PORT) {
            throw new ParseException("must have a port between 1 and 65535");
        }
        return new ExternalAddress(host, OptionalInt.of(port));
    }

    /** The URL, with {@code standardPort} where the address names none. */
    public String url(int standardPort) {
        var shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return "https://" + shown + ":" + port.orElse(standardPort);
    }
}
