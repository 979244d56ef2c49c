package io.luban.embeddedkube.audit;

import io.luban.embeddedkube.auth.User;
import io.luban.http.Attribute;
import io.luban.http.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the stages of one request leave for its audit event. Present on a request only while the log is on. Safe for use
 * from the threads of one request.
 */
public final class AuditNotes {
    /** Under which stages find the notes. */
    public static final Attribute<AuditNotes> KEY = Attribute.of("audit-notes", AuditNotes.class);

    private final Map<String, String> annotations = new LinkedHashMap<>();
    private volatile @Nullable User user;
    private volatile @Nullable User impersonated;
    private volatile byte @Nullable [] body;
    private volatile String bodyType = "";

    /** Lets a stage write into the notes of a request that has some. */
    public static void of(Request request, Consumer<AuditNotes> stage) {
        request.attribute(KEY).ifPresent(stage);
    }

    /** Who sent the request. */
    public void caller(User sender) {
        user = sender;
    }

    /** As whom the request goes on. */
    public void impersonates(User other) {
        impersonated = other;
    }

    /** What authorization decided. */
    public void decided(boolean allowed, String reason) {
        synchronized (annotations) {
            annotations.put("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
            annotations.put("authorization.k8s.io/reason", reason);
        }
    }

    /** What somebody who judged the request has to say; what stands under the key already stays. */
    public void annotate(String key, String value) {
        synchronized (annotations) {
            annotations.putIfAbsent(key, value);
        }
    }

    /** The body as sent. */
    public void body(byte[] bytes, String mediaType) {
        body = bytes;
        bodyType = mediaType;
    }

    Optional<User> user() {
        return Optional.ofNullable(user);
    }

    Optional<User> impersonated() {
        return Optional.ofNullable(impersonated);
    }

    Optional<byte[]> body() {
        return Optional.ofNullable(body);
    }

    String bodyType() {
        return bodyType;
    }

    Map<String, String> annotations() {
        synchronized (annotations) {
            return Map.copyOf(annotations);
        }
    }
}
