package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.apiserver.kapis.installplans.PlanOperations;
import io.luban.model.Json;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs and previews of install plans, which the gateway hands to controllers elsewhere. */
class InstallPlanOperationsTest {
    private static final String PLANS = "/kapis/kubesphere.io/v1alpha1/installplans/hello";

    private static GatewayFixture fixture;
    private static String admin;
    private static String reader;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture(backend -> PlanOperations.at(backend + "/", "shared"));
        fixture.role("log-reader", "{verbs: [get], apiGroups: [kubesphere.io], resources: [installplans/logs]}");
        fixture.bind("log-reader", "log-reader", "User", "bob");
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        reader = fixture.token("bob", GatewayFixture.BOB_PASSWORD);
        await().until(() -> fixture.get(PLANS + "/logs", reader).statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void a_log_is_asked_of_the_controllers_with_their_token_instead_of_the_user_s() {
        var answer = fixture.get(PLANS + "/logs?follow=true&tailLines=5", admin);

        assertThat(answer.statusCode()).isEqualTo(200);
        var seen = Json.parse(answer.body());
        assertThat(seen.path("target").asText()).isEqualTo(PLANS + "/logs?follow=true&tailLines=5");
        assertThat(seen.at("/headers/Authorization").asText()).isEqualTo("Bearer shared");
    }

    @Test
    void a_preview_takes_the_body_along() {
        var answer = fixture.send(fixture.request(PLANS + "/preview")
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"spec\":{}}")));

        var seen = Json.parse(answer.body());
        assertThat(seen.path("method").asText()).isEqualTo("POST");
        assertThat(seen.path("body").asText()).isEqualTo("{\"spec\":{}}");
    }

    @Test
    void each_of_them_is_a_right_of_its_own() {
        assertThat(fixture.get(PLANS + "/logs", reader).statusCode()).isEqualTo(200);
        var preview = fixture.send(fixture.request(PLANS + "/preview")
                .header("Authorization", "Bearer " + reader)
                .POST(BodyPublishers.ofString("{}")));
        assertThat(preview.statusCode()).isEqualTo(403);
        assertThat(fixture.get(PLANS + "/logs", "").statusCode()).isIn(401, 403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/kapis/kubesphere.io/v1alpha1/extensions/hello/logs", PLANS + "/other"})
    void nothing_else_is_handed_on(String path) {
        var answer = fixture.get(path, admin);

        assertThat(answer.headers().firstValue("X-Backend")).isEmpty();
    }

    @Test
    void without_controllers_the_missing_setting_is_named() throws IOException {
        try (var alone = new GatewayFixture()) {
            var token = alone.token("admin", GatewayFixture.ADMIN_PASSWORD);

            var answer = alone.get(PLANS + "/logs", token);

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("extension.operations.url");
        }
    }
}
