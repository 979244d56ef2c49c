package io.luban.embeddedkube.auth;

import io.luban.http.Headers;
import io.luban.http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Believes {@code X-Remote-User}, {@code -Group}, {@code -Uid} and {@code -Extra-…} of proxies that show a client
 * certificate of a separate authority. The headers of everybody else are ignored.
 */
public final class FrontProxy {
    private static final String USER = "X-Remote-User";
    private static final String GROUP = "X-Remote-Group";
    private static final String UID = "X-Remote-Uid";
    private static final String EXTRA = "x-remote-extra-";

    private final ClientCertificates proxies;

    /** Believes proxies whose certificates {@code authority} signed. */
    public FrontProxy(X509Certificate authority, Clock clock) {
        this.proxies = new ClientCertificates(authority, clock);
    }

    /** The same with the authority in a PEM file; throws {@link IllegalArgumentException} naming a damaged one. */
    public static FrontProxy of(Path authority, Clock clock) {
        try (var in = Files.newInputStream(authority)) {
            var certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
            return new FrontProxy((X509Certificate) certificate, clock);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("kube.frontProxyCa: %s holds no certificate".formatted(authority), e);
        } catch (IOException e) {
            throw new UncheckedIOException("kube.frontProxyCa: cannot read " + authority, e);
        }
    }

    /** Whether the request could come through a proxy. */
    static boolean isConcerned(Request request) {
        return request.headers().contains(USER);
    }

    /** The user whom a believed proxy names; empty for requests that come another way. */
    Optional<User> user(Request request) {
        var name = request.header(USER).filter(text -> !text.isEmpty());
        var chain = request.clientCertificates();
        if (name.isEmpty() || chain.isEmpty() || proxies.verify(chain).isEmpty()) {
            return Optional.empty();
        }
        var headers = request.headers();
        return Optional.of(new User(name.get(), headers.first(UID).orElse(""), headers.all(GROUP), extra(headers)));
    }

    private static Map<String, List<String>> extra(Headers headers) {
        var extra = new LinkedHashMap<String, List<String>>();
        headers.forEach((name, value) -> {
            var lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(EXTRA)) {
                var key = unescaped(lower.substring(EXTRA.length()));
                extra.computeIfAbsent(key, ignored -> new ArrayList<>()).add(value);
            }
        });
        return extra;
    }

    /** Keys are percent-encoded, because header names cannot carry every character. */
    static String unescaped(String key) {
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }
}
