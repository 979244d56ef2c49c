package io.luban.http;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link Request}: derived parts are computed when first asked for. */
final class RequestValue implements Request {
    private final RequestOrigin origin;
    private final String method;
    private final String rawPath;
    private final String rawQuery;
    private final @Nullable Left<?> attributes;
    private @Nullable Headers headers;
    private @Nullable String path;
    private @Nullable Map<String, List<String>> parameters;

    /** Attributes as a chain of values that grows at the head, so that copies share what earlier stages left. */
    private record Left<T>(
            Attribute<T> attribute, T value, @Nullable Left<?> before) {}

    private RequestValue(
            RequestOrigin origin,
            String method,
            String rawPath,
            String rawQuery,
            @Nullable Headers headers,
            @Nullable Left<?> attributes) {
        this.origin = origin;
        this.method = method;
        this.rawPath = rawPath;
        this.rawQuery = rawQuery;
        this.headers = headers;
        this.attributes = attributes;
    }

    static RequestValue of(RequestOrigin origin, String method, String rawTarget) {
        int question = rawTarget.indexOf('?');
        var path = question < 0 ? rawTarget : rawTarget.substring(0, question);
        var query = question < 0 ? "" : rawTarget.substring(question + 1);
        return new RequestValue(origin, method, path, query, null, null);
    }

    RequestOrigin origin() {
        return origin;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String scheme() {
        return origin.scheme();
    }

    @Override
    public String protocol() {
        return origin.protocol();
    }

    @Override
    public String authority() {
        return origin.authority();
    }

    @Override
    public String rawPath() {
        return rawPath;
    }

    @Override
    public String path() {
        var known = path;
        if (known == null) {
            known = RequestPath.decode(rawPath);
            path = known;
        }
        return known;
    }

    @Override
    public String rawQuery() {
        return rawQuery;
    }

    @Override
    public Map<String, List<String>> queryParameters() {
        var known = parameters;
        if (known == null) {
            known = QueryString.parse(rawQuery);
            parameters = known;
        }
        return known;
    }

    @Override
    public Headers headers() {
        var known = headers;
        if (known == null) {
            known = origin.headers();
            headers = known;
        }
        return known;
    }

    @Override
    public InetSocketAddress peer() {
        return origin.peer();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        return origin.clientCertificates();
    }

    @Override
    public boolean isUpgrade() {
        return origin.isUpgrade();
    }

    @Override
    public byte[] body(long limitBytes) {
        return origin.body(limitBytes);
    }

    @Override
    public <T> Optional<T> attribute(Attribute<T> attribute) {
        for (Left<?> left = attributes; left != null; left = left.before) {
            if (left.attribute == attribute) {
                return Optional.of(attribute.cast(left.value));
            }
        }
        return Optional.empty();
    }

    @Override
    public <T> Request with(Attribute<T> attribute, T value) {
        var left = new Left<>(attribute, value, attributes);
        return new RequestValue(origin, method, rawPath, rawQuery, headers, left).sharing(this);
    }

    @Override
    public Request withHeaders(Headers changed) {
        return new RequestValue(origin, method, rawPath, rawQuery, changed, attributes).sharing(this);
    }

    @Override
    public Request withTarget(String changedPath, String changedQuery) {
        return new RequestValue(origin, method, changedPath, changedQuery, headers, attributes);
    }

    @Override
    public Request withBody(byte[] made) {
        var replaced = new MadeBody(origin, made);
        return new RequestValue(replaced, method, rawPath, rawQuery, headers(), attributes).sharing(this);
    }

    @Override
    public Optional<byte[]> madeBody() {
        return origin.madeBody();
    }

    @Override
    public Request withMethod(String changed) {
        return new RequestValue(origin, changed, rawPath, rawQuery, headers, attributes).sharing(this);
    }

    private RequestValue sharing(RequestValue sameTarget) {
        path = sameTarget.path;
        parameters = sameTarget.parameters;
        return this;
    }
}
