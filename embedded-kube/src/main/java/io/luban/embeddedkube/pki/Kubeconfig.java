package io.luban.embeddedkube.pki;

import io.luban.pki.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The text of a kubeconfig with one cluster, one user and one context, all called {@code luban}. */
final class Kubeconfig {
    private Kubeconfig() {}

    static String of(String server, String caPem, Credentials user) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: luban
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: luban
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                contexts:
                - name: luban
                  context:
                    cluster: luban
                    user: luban
                current-context: luban
                preferences: {}
                """.formatted(
                        server,
                        base64(caPem.getBytes(StandardCharsets.US_ASCII)),
                        base64(user.certificatePem()),
                        base64(user.keyPem()));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
