package io.luban.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.apiserver.authentication.Accounts;
import io.luban.apiserver.authentication.Passwords;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Creates the objects without which nobody could log in: the platform's roles and their bindings, the console's account
 * and OAuth client, and the administrator. What is there already is never touched, so that restarts and upgrades keep what an
 * administrator changed. The kinds must be served already.
 */
public final class IamBootstrap {
    private static final String MANIFEST = "iam-bootstrap.yaml";
    private static final String ADMIN = "admin";

    private final KubeRest kube;
    private final Passwords passwords = new Passwords();
    private final Clock clock;

    /** Creates by the client; the clock dates the password. */
    public IamBootstrap(KubernetesClient client, Clock clock) {
        kube = KubeRest.of(client);
        this.clock = clock;
    }

    /**
     * Creates what is missing. The answer tells whether the administrator was created with the password now; false means
     * that the account existed and keeps its own.
     */
    public boolean run(String adminPassword) {
        for (var document : Yaml.parseAll(manifest())) {
            if (document instanceof ObjectNode object) {
                createUnlessThere(object);
            }
        }
        if (kube.find(Accounts.PATH + "/" + ADMIN).isPresent()) {
            return false;
        }
        return create(Accounts.PATH, admin(adminPassword));
    }

    private void createUnlessThere(ObjectNode object) {
        var collection = collection(object);
        var name = object.path("metadata").path("name").asText();
        if (kube.find(collection + "/" + name).isEmpty()) {
            create(collection, object);
        }
    }

    private boolean create(String collection, ObjectNode object) {
        try {
            kube.create(collection, object);
            return true;
        } catch (ApiException e) {
            if (e.code() == 409) {
                return false;
            }
            throw e;
        }
    }

    private static String collection(ObjectNode object) {
        var namespace = object.path("metadata").path("namespace").asText("");
        var kind = object.path("kind").asText();
        return switch (kind) {
            case "Namespace" -> "/api/v1/namespaces";
            case "Secret" -> "/api/v1/namespaces/" + namespace + "/secrets";
            case "ServiceAccount" -> "/apis/kubesphere.io/v1alpha1/namespaces/" + namespace + "/serviceaccounts";
            case "GlobalRole" -> "/apis/iam.kubesphere.io/v1beta1/globalroles";
            case "GlobalRoleBinding" -> "/apis/iam.kubesphere.io/v1beta1/globalrolebindings";
            default -> throw new IllegalStateException(MANIFEST + " holds a " + kind);
        };
    }

    private ObjectNode admin(String password) {
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        var user = Json.object().put("apiVersion", "iam.kubesphere.io/v1beta1").put("kind", "User");
        user.putObject("metadata")
                .put("name", ADMIN)
                .putObject("annotations")
                .put("iam.kubesphere.io/uninitialized", "true")
                .put("iam.kubesphere.io/globalrole", "platform-admin")
                .put("iam.kubesphere.io/last-password-change-time", now)
                .put("kubesphere.io/creator", "system");
        user.putObject("spec").put("email", "admin@kubesphere.io").put("password", passwords.hash(password));
        user.putObject("status").put("state", "Active").put("lastTransitionTime", now);
        return user;
    }

    private static String manifest() {
        try (InputStream in = IamBootstrap.class.getResourceAsStream(MANIFEST)) {
            return new String(Objects.requireNonNull(in, MANIFEST).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
