package io.luban.extensionformat.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class TrustSettingsTest {
    @Test
    void a_bundle_that_is_not_base64_is_told() {
        assertThatThrownBy(() -> context("-----BEGIN CERTIFICATE-----"))
                .isInstanceOf(RemoteException.class)
                .hasMessageStartingWith("failed to decode caBundle: ");
    }

    @Test
    void a_bundle_without_a_certificate_is_told() {
        assertThatThrownBy(() -> context(base64("this is no certificate")))
                .isInstanceOf(RemoteException.class)
                .hasMessageStartingWith("failed to append certificates from caBundle: ");
        assertThatThrownBy(() -> context(base64("\n")))
                .isInstanceOf(RemoteException.class)
                .hasMessageStartingWith("failed to append certificates from caBundle: ");
    }

    @Test
    void the_system_is_trusted_when_nothing_is_said() {
        assertThat(TrustSettings.context(RemoteAccess.ANONYMOUS)).isEmpty();
    }

    private static Object context(String bundle) {
        return TrustSettings.context(new RemoteAccess("", "", bundle, false));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
