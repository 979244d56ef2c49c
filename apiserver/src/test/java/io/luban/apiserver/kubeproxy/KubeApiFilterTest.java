package io.luban.apiserver.kubeproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.apiserver.authorization.Decision;
import io.luban.apiserver.masking.Masking;
import io.luban.apiserver.masking.StoredSecrets;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.RequestInfoResolver;
import io.luban.apiserver.pipeline.User;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests of users on their way to an API server in the same process. */
class KubeApiFilterTest {
    private static final User BOB =
            new User("bob", "uid-7", List.of("a", "b"), Map.of("scopes/x", List.of("one", "two")));

    private final KubernetesClient client = KubeClients.forServer("http://127.0.0.1:1");
    private final AtomicReference<Request> seen = new AtomicReference<>();

    @AfterEach
    void close() {
        client.close();
    }

    private Reply.Content answer(KubeOptions.Identity identity, String target, Headers headers, String answer) {
        var upstream = KubeUpstream.inProcess(request -> {
            seen.set(request);
            return Reply.json(200, answer.getBytes(StandardCharsets.UTF_8));
        });
        var masking = new Masking((user, request) -> Decision.NO_OPINION, new StoredSecrets(KubeRest.of(client), 1024));
        var filter = new KubeApiFilter(upstream, new KubeOptions(identity, KubeOptions.Validation.UNSET), masking);
        var request = LocalRequest.of("GET", target, headers);
        var exchange =
                Exchange.of(request).with(RequestInfoResolver.resolve(request)).with(BOB, Exchange.Credential.BEARER);
        return (Reply.Content) filter.forward(exchange);
    }

    @Test
    void kubernetes_learns_everything_about_an_impersonated_user() {
        answer(KubeOptions.Identity.IMPERSONATE, "/api/v1/pods", Headers.of("Authorization", "Bearer t"), "{}");

        var headers = seen.get().headers();
        assertThat(headers.contains("Authorization")).isFalse();
        assertThat(headers.all("Impersonate-User")).containsExactly("bob");
        assertThat(headers.all("Impersonate-Uid")).containsExactly("uid-7");
        assertThat(headers.all("Impersonate-Group")).containsExactly("a", "b");
        assertThat(headers.all("Impersonate-Extra-scopes%2Fx")).containsExactly("one", "two");
        assertThat(seen.get().attribute(KubeUpstream.AUTHORIZED_USER)).contains(BOB);
    }

    @Test
    void the_gateways_own_identity_names_nobody() {
        answer(KubeOptions.Identity.SERVICE_ACCOUNT, "/api/v1/pods", Headers.EMPTY, "{}");

        assertThat(seen.get().headers().contains("Impersonate-User")).isFalse();
    }

    @Test
    void only_what_carries_secrets_is_asked_for_and_answered_in_another_form() {
        var asked = Headers.of(
                "Accept", "application/vnd.kubernetes.protobuf, application/json", "Accept-Encoding", "gzip");
        var object = "{\"spec\":{\"password\":\"HASH\"}}";

        var pods = answer(KubeOptions.Identity.SERVICE_ACCOUNT, "/api/v1/pods", asked, object);
        assertThat(pods.body()).asString(StandardCharsets.UTF_8).isEqualTo(object);
        assertThat(seen.get().headers().first("Accept")).isEqualTo(asked.first("Accept"));
        assertThat(seen.get().headers().first("Accept-Encoding")).contains("gzip");

        var user = answer(
                KubeOptions.Identity.SERVICE_ACCOUNT, "/apis/iam.kubesphere.io/v1beta1/users/bob", asked, object);
        assertThat(user.body()).asString(StandardCharsets.UTF_8).isEqualTo("{\"spec\":{}}\n");
        assertThat(seen.get().headers().all("Accept")).containsExactly("application/json");
        assertThat(seen.get().headers().contains("Accept-Encoding")).isFalse();
    }
}
