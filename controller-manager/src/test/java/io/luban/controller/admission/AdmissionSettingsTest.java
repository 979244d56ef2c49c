package io.luban.controller.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.model.configuration.ConfigurationFile;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Settings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where API servers call the webhooks, by what was set. */
class AdmissionSettingsTest {
    @Test
    void outside_a_pod_nothing_set_means_the_loopback_address() {
        var settings = AdmissionSettings.of(Settings.defaults(), "0.0.0.0", 8443, false);

        assertThat(settings.names()).containsExactly("127.0.0.1");
        assertThat(settings.clientConfig(8443, "/validate", "CA").path("url").asText())
                .isEqualTo("https://127.0.0.1:8443/validate");
        assertThat(settings.host()).isEqualTo("127.0.0.1");
    }

    @Test
    void within_a_pod_it_means_the_service_of_the_controllers() {
        var settings = AdmissionSettings.of(Settings.defaults(), "0.0.0.0", 8443, true);
        var service = settings.clientConfig(8443, "/validate", "CA").path("service");

        assertThat(service.path("namespace").asText()).isEqualTo("kubesphere-system");
        assertThat(service.path("name").asText()).isEqualTo("ks-controller-manager");
        assertThat(service.path("port").asInt()).isEqualTo(443);
        assertThat(service.path("path").asText()).isEqualTo("/validate");
        assertThat(settings.names())
                .containsExactly(
                        "ks-controller-manager.kubesphere-system.svc",
                        "ks-controller-manager.kubesphere-system.svc.cluster.local");
        assertThat(settings.host()).isEqualTo("0.0.0.0");
    }

    @Test
    void a_service_with_its_port_and_a_url_are_taken_as_they_are_set() {
        var service = of("KUBESPHERE_ADMISSION_SERVICE", "platform/controllers:8443");
        assertThat(service.clientConfig(1, "/mutate", "CA").at("/service/port").asInt())
                .isEqualTo(8443);
        assertThat(service.names()).first().isEqualTo("controllers.platform.svc");

        var url = of("KUBESPHERE_ADMISSION_URL", "https://controllers.example.org");
        assertThat(url.clientConfig(1, "/mutate", "CA").path("url").asText())
                .isEqualTo("https://controllers.example.org:443/mutate");
        assertThat(url.names()).containsExactly("controllers.example.org");
    }

    private static AdmissionSettings of(String variable, String value) {
        var settings = ConfigurationFile.read(ControllerKeys.all(), Optional.empty(), Map.of(variable, value));
        return AdmissionSettings.of(settings, "0.0.0.0", 8443, false);
    }
}
