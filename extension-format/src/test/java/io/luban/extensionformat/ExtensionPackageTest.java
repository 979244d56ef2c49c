package io.luban.extensionformat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtensionPackageTest {
    @TempDir
    Path directory;

    @Test
    void a_directory_is_packed_with_a_generated_chart_and_without_ignored_files() {
        PackageFixture.write(directory);
        PackageFixture.put(directory, "Chart.yaml", "name: stale");

        var extension = ExtensionPackage.read(directory);

        var archive = ChartArchive.read(extension.packed());
        assertThat(archive.files()).extracting(ChartFile::path).first().isEqualTo("Chart.yaml");
        assertThat(archive.file("notes.bak")).isEmpty();
        var chart = Yaml.parse(archive.file("Chart.yaml").orElseThrow().text());
        assertThat(chart.path("name").asText()).isEqualTo("hello");
        assertThat(chart.path("description").asText()).isEqualTo("Says hello");
        assertThat(chart.path("icon").asText()).startsWith("data:image/svg+xml;base64,");
        assertThat(chart.at("/dependencies/1/condition").asText()).isEqualTo("agent.enabled");
        assertThat(chart.at("/dependencies/0/repository").asText("absent")).isEmpty();
        assertThat(chart.has("type") || chart.has("appVersion")).isFalse();
    }

    @Test
    void an_early_application_class_becomes_a_subchart() {
        PackageFixture.write(directory);
        PackageFixture.put(directory, "application-package.yaml", "kind: ConfigMap");
        PackageFixture.put(directory, "applicationclass.yaml", """
                applicationClassGroup: databases
                name: mysql
                provisioner: kubesphere.io/helm-application
                appVersion: "8"
                packageVersion: 1.2.3
                description: {en: "Takes {{ no }} template"}
                maintainer: {name: Somebody}
                """);

        var archive = ChartArchive.read(ExtensionPackage.read(directory).packed());

        var chart = Yaml.parse(
                archive.file("charts/applicationclass/Chart.yaml").orElseThrow().text());
        assertThat(chart.path("name").asText()).isEqualTo("mysql");
        assertThat(chart.path("version").asText()).isEqualTo("1.2.3");
        assertThat(archive.file("charts/applicationclass/templates/application-package.yaml"))
                .isPresent();
        var template = archive.file("charts/applicationclass/templates/applicationclass.yaml")
                .orElseThrow()
                .text();
        var object = Yaml.parse(template);
        assertThat(object.path("apiVersion").asText()).isEqualTo("applicationclass.kubesphere.io/v1alpha1");
        assertThat(object.at("/metadata/name").asText()).isEqualTo("mysql-1.2.3");
        assertThat(object.at("/metadata/labels/applicationclass.kubesphere.io~1group")
                        .asText())
                .isEqualTo("databases");
        assertThat(object.at("/parameters/configmap").asText()).isEqualTo("application-hello-chart");
        assertThat(object.at("/spec/appVersion").asText()).isEqualTo("8");
        assertThat(template).contains("Takes {{ `{{` }} no }} template");
    }

    @Test
    void an_application_class_without_a_name_is_passed_over_and_one_without_its_package_refused() {
        PackageFixture.write(directory);
        PackageFixture.put(directory, "applicationclass.yaml", "provisioner: kubesphere.io/helm-application\n");
        assertThat(ExtensionPackage.read(directory).file("charts/applicationclass/Chart.yaml"))
                .isEmpty();

        PackageFixture.put(
                directory, "applicationclass.yaml", "name: x\nprovisioner: kubesphere.io/helm-application\n");

        assertThatThrownBy(() -> ExtensionPackage.read(directory)).hasMessageContaining("application-package.yaml");
    }

    @Test
    void packing_twice_gives_the_same_bytes() {
        PackageFixture.write(directory);

        assertThat(ExtensionPackage.read(directory).packed())
                .isEqualTo(ExtensionPackage.read(directory).packed());
    }

    @Test
    void an_archive_is_read_as_it_is(@TempDir Path elsewhere) throws IOException {
        var packed = ExtensionPackage.read(PackageFixture.write(directory)).packed();
        var file = Files.write(elsewhere.resolve("hello-0.1.0.tgz"), packed);

        var extension = ExtensionPackage.read(file);

        assertThat(extension.packed()).isEqualTo(packed);
        assertThat(extension.metadata().name()).isEqualTo("hello");
        assertThat(PackageValidation.problems(extension)).isEmpty();
    }

    @Test
    void a_truncated_upload_is_refused_with_its_name(@TempDir Path elsewhere) throws IOException {
        var packed = ExtensionPackage.read(PackageFixture.write(directory)).packed();
        var file =
                Files.write(elsewhere.resolve("hello-0.1.0.tgz"), java.util.Arrays.copyOf(packed, packed.length - 100));

        assertThatThrownBy(() -> ExtensionPackage.read(file))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("hello-0.1.0.tgz")
                .hasMessageContaining("damaged or incomplete");
    }

    @Test
    void a_directory_without_metadata_is_refused() {
        PackageFixture.put(directory, "values.yaml", "");

        assertThatThrownBy(() -> ExtensionPackage.read(directory)).hasMessageContaining("extension.yaml is missing");
    }

    @Test
    void a_field_of_the_wrong_type_is_named() {
        PackageFixture.write(directory, PackageFixture.METADATA.replace("[greeting]", "{a: 1}"));

        assertThatThrownBy(() -> ExtensionPackage.read(directory))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("keywords: expected a list of strings");
    }

    @Test
    void the_vendor_of_the_first_extensions_is_their_provider() {
        var metadata = ExtensionMetadata.parse("name: a\nvendor: {name: Somebody, url: 'https://example.org'}\n");

        assertThat(metadata.value("provider").at("/en/name").asText()).isEqualTo("Somebody");
        assertThat(ExtensionMetadata.parse("vendor: {name: a}\nprovider: {zh: {name: b}}\n")
                        .value("provider")
                        .has("en"))
                .isFalse();
    }

    @Test
    void a_link_out_of_the_directory_is_refused(@TempDir Path elsewhere) throws IOException {
        PackageFixture.write(directory);
        var secret = Files.writeString(elsewhere.resolve("secret"), "x");
        Files.createSymbolicLink(directory.resolve("static/logo"), secret);

        assertThatThrownBy(() -> ExtensionPackage.read(directory))
                .hasMessageContaining("static/logo")
                .hasMessageContaining("leaves");
    }
}
