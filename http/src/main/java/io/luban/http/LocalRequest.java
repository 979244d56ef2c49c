package io.luban.http;

import io.luban.model.ApiException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

/** Requests that never were on a network: calls between parts of one process, and tests. */
public final class LocalRequest {
    private LocalRequest() {}

    /** A request without body; the target is a percent-encoded path with an optional query. */
    public static Request of(String method, String rawTarget, Headers headers) {
        return of(method, rawTarget, headers, new byte[0]);
    }

    /** A request with a body; the target is a percent-encoded path with an optional query. */
    public static Request of(String method, String rawTarget, Headers headers, byte[] body) {
        return RequestValue.of(new Origin(headers, body), method.toUpperCase(Locale.ROOT), rawTarget);
    }

    private record Origin(Headers all, byte[] content) implements RequestOrigin {
        private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

        @Override
        public String scheme() {
            return "http";
        }

        @Override
        public String authority() {
            return all.first("Host").orElse("localhost");
        }

        @Override
        public Headers headers() {
            return all.without("Host");
        }

        @Override
        public InetSocketAddress peer() {
            return LOOPBACK;
        }

        @Override
        public List<X509Certificate> clientCertificates() {
            return List.of();
        }

        @Override
        public boolean isUpgrade() {
            return Fields.isUpgrade(all);
        }

        @Override
        public byte[] body(long limitBytes) {
            if (content.length > limitBytes) {
                throw tooLarge(limitBytes);
            }
            return content;
        }
    }

    static ApiException tooLarge(long limitBytes) {
        return ApiException.tooLarge("Request entity too large: limit is " + limitBytes);
    }
}
