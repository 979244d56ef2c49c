package io.luban.extensionformat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionsTest {
    @Test
    void rules_of_several_documents_are_put_together_and_comments_are_no_document() {
        var permissions = Permissions.parse("""
                # Copyright of somebody
                ---
                kind: ClusterRole
                rules: [{apiGroups: [a], resources: [as], verbs: [get]}]
                ---
                # nothing
                ---
                kind: Role
                rules: [{apiGroups: [b], resources: [bs], verbs: [get]}]
                ---
                kind: ClusterRole
                rules: [{apiGroups: [c], resources: [cs], verbs: [get]}]
                ---
                kind: ConfigMap
                ---
                """);

        assertThat(permissions.clusterRules()).hasSize(2);
        assertThat(permissions.rules()).hasSize(1);
        assertThat(Permissions.parse("").clusterRules()).isEmpty();
        assertThat(Permissions.parse("# only a comment\n").rules()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'kind: Role\\nrules: [{verbs: }'  | permissions.yaml: yaml: line 2
            'kind: Role\\nrules: {}'          | permissions.yaml: document 1: rules must be a list
            'kind: Role\\nrules: [{}]'        | permissions.yaml: document 1: every rule needs a list of verbs
            '- kind: Role'                    | permissions.yaml: document 1: expected a Role or ClusterRole
            """)
    void what_cannot_be_understood_is_named_by_file_and_document(String yaml, String message) {
        assertThatThrownBy(() -> Permissions.parse(yaml.replace("\\n", "\n")))
                .isInstanceOf(ParseException.class)
                .hasMessageStartingWith(message);
    }
}
