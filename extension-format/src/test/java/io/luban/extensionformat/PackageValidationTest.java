package io.luban.extensionformat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageValidationTest {
    @TempDir
    Path directory;

    @Test
    void missing_fields_are_reported_one_line_each() {
        PackageFixture.write(directory, "apiVersion: v1\nname: hello\nversion: 0.1.0\n");

        assertThat(problems())
                .containsExactly(
                        required("DisplayName"),
                        required("Description"),
                        required("Category"),
                        required("Provider"),
                        required("Icon"));
    }

    @Test
    void an_unknown_language_is_refused() {
        PackageFixture.write(directory, PackageFixture.METADATA.replace("zh: 你好", "xx: 你好"));

        assertThat(problems())
                .containsExactly("invalid language code xx, see"
                        + " https://www.loc.gov/standards/iso639-2/php/code_list.php for more details");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: hello        | name: Hello_World      | DNS-1123
            version: 0.1.0     | version: latest        | semantic version
            version: 0.1.0     | version: 1.0.0+build   | build metadata
            '">=1.19.0-0"'     | newest                 | not a version constraint
            name: frontend     | name: missing          | missing in charts/
            ./static/icon.svg  | ../../etc/passwd       | not in the package
            category: dev      | 'installationMode: Twice\ncategory: dev' | HostOnly or Multicluster
            """)
    void a_broken_rule_is_named(String original, String replacement, String expected) {
        PackageFixture.write(
                directory,
                PackageFixture.METADATA.replace(
                        original.replace("'", ""), replacement.replace("'", "").replace("\\n", "\n")));

        assertThat(problems())
                .isNotEmpty()
                .anySatisfy(problem -> assertThat(problem).contains(expected));
    }

    @Test
    void broken_permissions_and_values_are_reported_together() {
        PackageFixture.write(directory);
        PackageFixture.put(directory, "permissions.yaml", "kind: Role\nrules: [{apiGroups: [apps]}]\n");
        PackageFixture.put(directory, "values.yaml", "a: [1\n");

        assertThatThrownBy(() -> PackageValidation.requireValid(ExtensionPackage.read(directory)))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("values.yaml")
                .hasMessageContaining("every rule needs a list of verbs");
    }

    private List<String> problems() {
        return PackageValidation.problems(ExtensionPackage.read(directory));
    }

    private static String required(String field) {
        return "Key: 'Metadata.%1$s' Error:Field validation for '%1$s' failed on the 'required' tag".formatted(field);
    }
}
