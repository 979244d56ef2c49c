package io.luban.controller.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.ControllerManagerConfig;
import io.luban.model.GoDuration;
import io.luban.model.Yaml;
import io.luban.model.configuration.ConfigurationFile;
import io.luban.model.configuration.ControllerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositorySpecTest {
    @TempDir
    private Path folder;

    private static RepositorySpec spec(String yaml) {
        return new RepositorySpec((ObjectNode) Yaml.parse("spec: {%s}".formatted(yaml)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            url: http://x                                                    | 1m | 15m
            'updateStrategy: {registryPoll: {interval: 10m}}'                | 1m | 10m
            'updateStrategy: {registryPoll: {interval: 5s}}'                 | 1m | 1m
            'updateStrategy: {registryPoll: {interval: 10m}}'                | 20m | 20m
            'updateStrategy: {registryPoll: {interval: 0s}}'                 | 1m | 1m
            url: http://x                                                    | 1h | 1h
            """)
    void polling_has_a_floor(String yaml, String floor, String interval) {
        assertThat(spec(yaml).interval(GoDuration.parse(floor))).isEqualTo(GoDuration.parse(interval));
    }

    @Test
    void the_floor_is_a_setting() throws IOException {
        var file = Files.writeString(folder.resolve("kubesphere.yaml"), "extension: {minPollInterval: 7m}");
        var settings = ConfigurationFile.read(ControllerKeys.all(), Optional.of(file), Map.of());

        var config = ControllerManagerConfig.of(folder, settings, true);

        assertThat(config.repositories().shortestInterval()).isEqualTo(Duration.ofMinutes(7));
        assertThat(ControllerManagerConfig.of(folder).repositories().shortestInterval())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void what_is_told_of_the_origin_holds_no_password() {
        assertThat(spec("url: 'https://me:secret@charts.example.org/a@b'").origin())
                .isEqualTo("https://charts.example.org/a@b");
        assertThat(spec("image: registry.example.org/catalog:1").origin()).isEqualTo("registry.example.org/catalog:1");
    }
}
