package io.luban.apiserver.kapis.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that may ask for tokens.
 *
 * @param name client id
 * @param trusted whether it may send users' passwords
 * @param grantMethod {@code auto}, {@code prompt} or {@code deny}
 */
record OAuthClient(String name, String secret, boolean trusted, String grantMethod) {
    private static final Logger log = LoggerFactory.getLogger(OAuthClient.class);

    /** The client of a configuration Secret; a broken one is reported and left out. */
    static Optional<OAuthClient> from(ObjectNode secret) {
        try {
            var encoded = secret.path("data").path("configuration.yaml").asText("");
            var yaml = Yaml.parse(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
            var name = yaml.path("name").asText("");
            return name.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new OAuthClient(
                            name,
                            yaml.path("secret").asText(""),
                            yaml.path("trusted").asBoolean(false),
                            yaml.path("grantMethod").asText("auto")));
        } catch (IllegalArgumentException | ParseException e) {
            log.atWarn()
                    .addKeyValue("name", secret.path("metadata").path("name").asText())
                    .log("secret holds no OAuth client and is ignored");
            return Optional.empty();
        }
    }

    boolean hasSecret(String candidate) {
        return MessageDigest.isEqual(
                secret.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "client " + name;
    }
}
