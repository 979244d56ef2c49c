package io.luban.embeddedkube.aggregation;

import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.pki.Pki;
import io.luban.embeddedkube.proxy.ProxyRequest;
import io.luban.embeddedkube.service.Resolution;
import io.luban.embeddedkube.service.ServiceBackend;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.http.AnswerInspector;
import io.luban.http.ForwardTarget;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.TlsMaterial;
import io.luban.http.Upstream;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Passes requests on to registered servers: they believe our client certificate, and the user whom we name. */
final class RemoteForwarding {
    private static final Duration FIRST_BYTE = Duration.ofMinutes(10);
    private static final Reply UNAVAILABLE = Reply.text(503, "service unavailable\n");
    private static final String TOKEN_MARKS = "!#$&'*+-.^_`|~";

    private static final AnswerInspector ANSWERS = new AnswerInspector() {
        @Override
        public Verdict inspect(int status, Headers headers) {
            return new Verdict.Pass(headers);
        }

        @Override
        public Reply.Content failed(Status status) {
            return (Reply.Content)
                    Reply.of(ApiException.unavailable(status.message()).status());
        }
    };

    private final RemoteApis apis;
    private final ServiceResolver services;
    private final Pki pki;

    RemoteForwarding(RemoteApis apis, ServiceResolver services, Pki pki) {
        this.apis = apis;
        this.services = services;
        this.pki = pki;
    }

    /** The reply, empty when the path belongs to none of them. */
    Optional<Reply> answer(Request request, User user) {
        var path = request.rawPath();
        if (!path.startsWith("/apis/")) {
            return Optional.empty();
        }
        var parts = path.split("/", 5);
        if (parts.length < 4 || parts[3].isEmpty()) {
            return Optional.empty();
        }
        return apis.find(parts[2] + "/" + parts[3])
                .map(known -> known.answer().available() ? forward(request, user, known.api()) : UNAVAILABLE);
    }

    private Reply forward(Request request, User user, RemoteApi api) {
        var backend = backend(api);
        if (backend.isEmpty()) {
            return UNAVAILABLE;
        }
        var query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        var headers =
                identified(ProxyRequest.withoutCredentials(request.headers()).without("Host"), user);
        return new Reply.Forward(new ForwardTarget(
                upstream(api, backend.get()),
                request.method(),
                backend.get().basePath() + request.rawPath() + query,
                headers,
                FIRST_BYTE,
                ANSWERS));
    }

    /** Where a server is, if anything real stands behind its Service. */
    Optional<ServiceBackend> backend(RemoteApi api) {
        return services.resolve(api.service()) instanceof Resolution.Found found
                ? Optional.of(found.backend())
                : Optional.empty();
    }

    Upstream upstream(RemoteApi api, ServiceBackend backend) {
        var upstream = backend.upstream(true, api.caPem(), api.insecure());
        if (!upstream.tls()) {
            return upstream;
        }
        var identity = pki.frontProxyClient();
        return upstream.presenting(new TlsMaterial(identity.certificatePem(), identity.keyPem(), false));
    }

    static Headers identified(Headers headers, User user) {
        var builder = headers.toBuilder().add("X-Remote-User", user.name());
        if (!user.uid().isEmpty()) {
            builder.add("X-Remote-Uid", user.uid());
        }
        user.groups().forEach(group -> builder.add("X-Remote-Group", group));
        user.extra().forEach((key, values) -> {
            var name = "X-Remote-Extra-" + escaped(key.toLowerCase(Locale.ROOT));
            values.forEach(value -> builder.add(name, value));
        });
        return builder.build();
    }

    /** Keys may hold what names of fields may not (RFC 9110 §5.6.2). */
    private static String escaped(String key) {
        var text = new StringBuilder();
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean isPlain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || TOKEN_MARKS.indexOf(c) >= 0;
            if (isPlain) {
                text.append(c);
            } else {
                text.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        return text.toString();
    }
}
