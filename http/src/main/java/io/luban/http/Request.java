package io.luban.http;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client asked. Values are immutable: a filter that wants to change something hands a changed copy to the next
 * stage, which still reads the same body.
 */
public interface Request {
    /** Upper-case method. */
    String method();

    /** {@code http} or {@code https}. */
    String scheme();

    /** How the client speaks: {@code HTTP/1.1} or {@code HTTP/2.0}. */
    String protocol();

    /** Host and port the client addressed, {@code ""} when it named none. */
    String authority();

    /** Path as sent, percent-encoded, without the query. */
    String rawPath();

    /** Path decoded once. */
    String path();

    /** Query as sent, without the question mark; {@code ""} when absent. */
    String rawQuery();

    /** Decoded query parameters in order of first appearance. */
    Map<String, List<String>> queryParameters();

    /** First value of a query parameter. */
    default Optional<String> query(String name) {
        var values = queryParameters().get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** Header fields except Host, which is {@link #authority()}. */
    Headers headers();

    /** First value of a header. */
    default Optional<String> header(String name) {
        return headers().first(name);
    }

    /** Address of the socket's other end; in-process calls come from the loopback address. */
    InetSocketAddress peer();

    /** Certificate the client presented in the TLS handshake, leaf first; not verified yet; empty when none. */
    List<X509Certificate> clientCertificates();

    /** Whether the client asks to leave HTTP ({@code Connection: upgrade}). */
    boolean isUpgrade();

    /**
     * Reads the whole body; blocks. Reading again answers the same bytes. Throws a 413
     * {@link io.luban.model.ApiException} as soon as more than {@code limitBytes} arrive.
     */
    byte[] body(long limitBytes);

    /** What an earlier stage left under the attribute. */
    <T> Optional<T> attribute(Attribute<T> attribute);

    /** A copy with a value for later stages. */
    <T> Request with(Attribute<T> attribute, T value);

    /** A copy with other header fields. */
    Request withHeaders(Headers headers);

    /** A copy with another target; both parts are percent-encoded. */
    Request withTarget(String rawPath, String rawQuery);

    /** A copy with another body, of which {@link #body} and forwards know; the client's own must have been read before. */
    Request withBody(byte[] body);

    /** The body that {@link #withBody} put in place of the client's, if somebody did. */
    Optional<byte[]> madeBody();

    /** A copy with another method. */
    Request withMethod(String method);
}
