package io.luban.embeddedkube.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaChoiceTest {
    private static final String KUBECTL =
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | JSON",
                "application/* | JSON",
                "application/yaml | YAML",
                "application/vnd.kubernetes.protobuf, application/json | JSON",
                "application/json;q=0.1, application/yaml;q=0.9 | YAML",
                "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1 | PARTIAL",
                "text/csv, application/json;as=Table;g=meta.k8s.io;v=v1beta1 | TABLE_BETA",
                "application/json;as=Table;v=v9, application/json | JSON"
            })
    void the_first_clause_that_is_served_wins(String accept, MediaChoice wanted) {
        assertThat(choice(accept)).isEqualTo(wanted);
    }

    @Test
    void kubectl_gets_tables_and_falls_back_where_there_are_none() {
        assertThat(choice(KUBECTL)).isEqualTo(MediaChoice.TABLE);
        var request = LocalRequest.of("GET", "/", Headers.of("Accept", KUBECTL));
        assertThat(MediaChoice.of(request, form -> form == MediaChoice.JSON)).isEqualTo(MediaChoice.JSON);
    }

    @Test
    void nothing_asked_for_means_json() {
        assertThat(MediaChoice.of(LocalRequest.of("GET", "/", Headers.EMPTY), form -> true))
                .isEqualTo(MediaChoice.JSON);
    }

    @Test
    void what_is_not_served_is_refused_with_what_is() {
        assertThatThrownBy(() -> choice("text/csv"))
                .hasMessage("only the following media types are accepted: application/json, application/yaml,"
                        + " application/vnd.kubernetes.protobuf");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.kubernetes.protobuf|true",
                "application/vnd.kubernetes.protobuf;stream=watch|true",
                "text/csv, application/vnd.kubernetes.protobuf|true",
                "application/vnd.kubernetes.protobuf, */*|false",
                "application/vnd.kubernetes.protobuf,application/json|false",
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1|false",
                "application/json|false",
            })
    void protobuf_is_answered_only_where_nothing_else_will_do(String accept, boolean expected) {
        assertThat(MediaChoice.isProtobufAlone(LocalRequest.of("GET", "/", Headers.of("Accept", accept))))
                .isEqualTo(expected);
    }

    private static MediaChoice choice(String accept) {
        return MediaChoice.of(LocalRequest.of("GET", "/", Headers.of("Accept", accept)), form -> true);
    }
}
