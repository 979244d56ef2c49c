package io.luban.embeddedkube.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.Remarks;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsReaderTest {
    @Test
    void the_manager_is_named_or_taken_from_the_user_agent() {
        assertThat(write("fieldManager=me").fieldManager()).isEqualTo("me");
        assertThat(write("").fieldManager()).isEqualTo("tester");
    }

    @Test
    void unknown_fields_are_warned_about_unless_said_otherwise() {
        assertThat(write("").fieldValidation()).isEqualTo(FieldValidation.WARN);
        assertThat(write("fieldValidation=Strict").fieldValidation()).isEqualTo(FieldValidation.STRICT);
        assertThatThrownBy(() -> write("fieldValidation=maybe"))
                .hasMessageContaining("fieldValidation: Unsupported value: \"maybe\"");
    }

    @Test
    void the_only_dry_run_is_of_everything() {
        assertThat(write("dryRun=All").dryRun()).isTrue();
        assertThatThrownBy(() -> write("dryRun=Some"))
                .hasMessage("CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: []string{\"Some\"}:"
                        + " supported values: \"All\"");
    }

    @Test
    void an_apply_needs_a_manager_and_only_an_apply_may_force() {
        assertThatThrownBy(() -> OptionsReader.checkPatch(request("", ""), true))
                .hasMessage("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for"
                        + " apply patch");
        assertThatThrownBy(() -> OptionsReader.checkPatch(request("force=true", ""), false))
                .hasMessageContaining("force: Forbidden: may not be specified for non-apply patch");
    }

    @Test
    void the_body_of_a_deletion_wins_over_its_query() {
        var request = request("propagationPolicy=Orphan&gracePeriodSeconds=9", "");
        var body = (ObjectNode) Json.parse("""
                {"propagationPolicy":"Foreground","gracePeriodSeconds":0,"dryRun":["All"],
                 "preconditions":{"uid":"u","resourceVersion":"7"}}""");

        var options = OptionsReader.delete(request, Optional.of(body));

        assertThat(options.propagationPolicy()).contains("Foreground");
        assertThat(options.gracePeriodSeconds()).hasValue(0);
        assertThat(options.dryRun()).isTrue();
        assertThat(options.uidPrecondition()).contains("u");
        assertThat(options.versionPrecondition()).contains("7");
        assertThat(OptionsReader.delete(request, Optional.empty()).gracePeriodSeconds())
                .hasValue(9);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            []                                       | cannot unmarshal array into Go struct field DeleteOptions of type v1.DeleteOptions
            {"kind":"Pod","apiVersion":"v1"}         | the body of a deletion is a DeleteOptions object, got kind "Pod"
            {"gracePeriodSeconds":"a"}               | DeleteOptions.gracePeriodSeconds of type int64
            {"gracePeriodSeconds":1.5}               | DeleteOptions.gracePeriodSeconds of type int64
            {"orphanDependents":"true"}              | DeleteOptions.orphanDependents of type bool
            {"propagationPolicy":{}}                 | DeleteOptions.propagationPolicy of type string
            {"dryRun":"All"}                         | DeleteOptions.dryRun of type []string
            {"preconditions":"7"}                    | DeleteOptions.preconditions of type v1.Preconditions
            {"preconditions":{"resourceVersion":7}}  | DeleteOptions.preconditions.resourceVersion of type string
            """)
    void what_is_wrong_with_the_body_of_a_deletion_is_not_passed_over(String body, String problem) {
        assertThatThrownBy(() -> DeletionBody.of(Json.parse(body)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessageContaining(problem);
    }

    @Test
    void a_deletion_may_leave_everything_out() {
        var body = (ObjectNode) Json.parse("""
                {"kind":"DeleteOptions","apiVersion":"x.io/v1","preconditions":{"uid":null},"orphanDependents":null}""");

        assertThat(DeletionBody.of(body)).isEqualTo(body);
    }

    @Test
    void orphaning_is_said_in_one_way_only() {
        assertThat(OptionsReader.delete(request("orphanDependents=true", ""), Optional.empty())
                        .propagationPolicy())
                .contains("Orphan");
        assertThatThrownBy(() -> OptionsReader.delete(
                        request("orphanDependents=true&propagationPolicy=Background", ""), Optional.empty()))
                .hasMessageContaining("orphanDependents and deletionPropagation cannot be both set");
        assertThatThrownBy(() -> OptionsReader.delete(request("propagationPolicy=Sideways", ""), Optional.empty()))
                .hasMessageContaining("Unsupported value: \"Sideways\"");
    }

    private static WriteOptions write(String query) {
        return OptionsReader.write(request(query, "tester/1.0 (x)"), "CreateOptions", Remarks.UNHEARD);
    }

    private static Request request(String query, String agent) {
        return LocalRequest.of("POST", "/?" + query, Headers.of("User-Agent", agent));
    }
}
