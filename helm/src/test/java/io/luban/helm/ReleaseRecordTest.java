package io.luban.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ReleaseRecordTest {
    private static final String STORED = """
            {"name":"demo","version":3,"namespace":"ns","manifest":"---\\nkind: A\\n",
             "info":{"status":"pending-upgrade","description":"Preparing upgrade"}}
            """;

    @Test
    void a_release_is_read_without_the_engine() {
        var record = ReleaseRecord.decode(secret(STORED));

        assertThat(record.revision()).isEqualTo(3);
        assertThat(record.status()).isEqualTo("pending-upgrade");
        assertThat(record.isPending()).isTrue();
        assertThat(record.isDeployed()).isFalse();
        assertThat(record.manifest()).isEqualTo("---\nkind: A\n");
    }

    @Test
    void a_stale_lock_is_rewritten_in_content_and_label() {
        var repaired = ReleaseRecord.withStatus(secret(STORED), "failed", "interrupted");

        var record = ReleaseRecord.decode(repaired);
        assertThat(record.status()).isEqualTo("failed");
        assertThat(record.description()).isEqualTo("interrupted");
        assertThat(record.manifest()).isEqualTo("---\nkind: A\n");
        assertThat(repaired.at("/metadata/labels/status").asText()).isEqualTo("failed");
        assertThat(repaired.at("/metadata/labels/owner").asText()).isEqualTo("helm");
    }

    @Test
    void a_secret_without_a_release_is_named() {
        var secret = secret(STORED);
        ((ObjectNode) secret.path("data")).put("release", "%%%");

        assertThatThrownBy(() -> ReleaseRecord.decode(secret))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("sh.helm.release.v1.demo.v3");
    }

    private static ObjectNode secret(String release) {
        var secret = Json.object();
        secret.putObject("metadata")
                .put("name", "sh.helm.release.v1.demo.v3")
                .putObject("labels")
                .put("owner", "helm")
                .put("status", "pending-upgrade");
        var helmEncoded = Base64.getEncoder().encode(release.getBytes(StandardCharsets.UTF_8));
        secret.putObject("data").put("release", Base64.getEncoder().encodeToString(helmEncoded));
        return secret;
    }
}
