package io.luban.controller.extension;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.model.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallationStatusTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.9Z");
    private static final InstallationStatus EMPTY = new InstallationStatus(Json.object());

    @Test
    void the_history_keeps_the_last_ten_transitions_in_order() {
        var status = EMPTY;
        for (int i = 0; i < 7; i++) {
            status = status.moved(new PlanState.Preparing(), NOW).moved(new PlanState.Upgrading(), NOW);
        }

        var history = status.moved(new PlanState.Installed(), NOW).json().path("stateHistory");

        assertThat(history).hasSize(10);
        assertThat(history.path(9).path("state").asText()).isEqualTo("Installed");
        assertThat(history.path(8).path("state").asText()).isEqualTo("Upgrading");
        assertThat(history.path(9).path("lastTransitionTime").asText()).isEqualTo("2026-01-02T03:04:05Z");
    }

    @Test
    void moving_to_the_same_state_is_no_transition() {
        var status = EMPTY.moved(new PlanState.Preparing(), NOW);

        assertThat(status.moved(new PlanState.Preparing(), NOW.plusSeconds(60))).isEqualTo(status);
    }

    @Test
    void there_is_one_condition_per_type_and_the_newest_comes_first() {
        var status = EMPTY.stating(PlanCondition.yes("Initialized", "Initialized", "ready"), NOW)
                .stating(PlanCondition.no("Installed", "InstallFailed", "broken"), NOW)
                .stating(PlanCondition.yes("Installed", "InstallSuccessful", "fine"), NOW.plusSeconds(1));

        var conditions = status.json().path("conditions");
        assertThat(conditions).hasSize(2);
        assertThat(conditions.path(0).path("reason").asText()).isEqualTo("InstallSuccessful");
        assertThat(status.hasReason("Installed", "InstallSuccessful")).isTrue();
        assertThat(status.without("Installed").json().path("conditions")).hasSize(1);
    }

    @Test
    void repeating_a_condition_does_not_change_its_time() {
        var condition = PlanCondition.yes("Ready", "InstallSuccessful", "fine");
        var status = EMPTY.stating(condition, NOW);

        assertThat(status.stating(condition, NOW.plusSeconds(60))).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"'', cbf29ce484222325", "a, af63dc4c8601ec8c", "foobar, 85944171f73967e8"})
    void the_configuration_is_hashed_by_fnv_1a(String config, String hash) {
        assertThat(ConfigHash.of(config)).isEqualTo(hash);
    }

    @ParameterizedTest
    @CsvSource({"Installed, Installed", "Deployed, Installed", "'', ''", "Whatever, ''", "UpgradeFailed, UpgradeFailed"
    })
    void states_are_read_from_their_words(String word, String expected) {
        assertThat(PlanState.parse(word).text()).isEqualTo(expected);
    }

    @Test
    void blanks_at_line_ends_are_no_change_of_the_configuration() {
        var plan = Json.object();
        plan.withObject("/spec").put("config", "a: 1  \nb: 2\t");
        var tidy = Json.object();
        tidy.withObject("/spec").put("config", "a: 1\nb: 2");

        assertThat(new InstallPlan(plan).config()).isEqualTo(new InstallPlan(tidy).config());
    }
}
