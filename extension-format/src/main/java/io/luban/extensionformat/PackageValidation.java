package io.luban.extensionformat;

import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.version.Constraint;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Everything that can be said about a package without a cluster; collects all problems before it refuses. */
public final class PackageValidation {
    private static final Set<String> MODES = Set.of("", "HostOnly", "Multicluster");

    private final ExtensionPackage subject;
    private final List<String> problems = new ArrayList<>();

    private PackageValidation(ExtensionPackage subject) {
        this.subject = subject;
    }

    /** Returns if the package keeps every rule; throws {@link ValidationException} otherwise. */
    public static void requireValid(ExtensionPackage subject) {
        var problems = problems(subject);
        if (!problems.isEmpty()) {
            throw new ValidationException(problems);
        }
    }

    /** All problems of the package. */
    public static List<String> problems(ExtensionPackage subject) {
        var validation = new PackageValidation(subject);
        validation.checkRequiredFields();
        validation.checkLanguages();
        validation.checkNames();
        validation.checkConstraints();
        validation.checkDependencies();
        validation.checkChart();
        validation.checkPermissions();
        Icons.problem(subject.source().icon(), subject.files()).ifPresent(validation.problems::add);
        return List.copyOf(validation.problems);
    }

    private void checkRequiredFields() {
        for (var field : Field.ALL) {
            var value = field.name().equals("icon") ? subject.source().icon() : "";
            boolean empty = value.isEmpty()
                    && subject.metadata().text(field.name()).isEmpty()
                    && subject.metadata().value(field.name()).isEmpty();
            if (!field.requiredAs().isEmpty() && empty) {
                problems.add("Key: 'Metadata.%1$s' Error:Field validation for '%1$s' failed on the 'required' tag"
                        .formatted(field.requiredAs()));
            }
        }
    }

    private void checkLanguages() {
        for (var field : List.of("displayName", "description", "provider")) {
            subject.metadata().value(field).fieldNames().forEachRemaining(code -> {
                if (!Languages.isCode(code)) {
                    problems.add(
                            ("invalid language code %s, see https://www.loc.gov/standards/iso639-2/php/code_list.php"
                                            + " for more details")
                                    .formatted(code));
                }
            });
        }
    }

    private void checkNames() {
        if (!subject.metadata().name().isEmpty()) {
            ExtensionNames.problemOfName(subject.metadata().name()).ifPresent(problems::add);
        }
        if (!subject.metadata().version().isEmpty()) {
            ExtensionNames.problemOfVersion(subject.metadata().version()).ifPresent(problems::add);
        }
        var mode = subject.metadata().text("installationMode");
        if (!MODES.contains(mode)) {
            problems.add("installationMode: must be HostOnly or Multicluster, got \"%s\"".formatted(mode));
        }
    }

    private void checkConstraints() {
        for (var field : List.of("kubeVersion", "ksVersion")) {
            checkConstraint(field, subject.metadata().text(field));
        }
        for (var dependency : subject.metadata().externalDependencies()) {
            if (dependency.name().isEmpty()) {
                problems.add("externalDependencies: every entry needs a name");
            }
            checkConstraint("externalDependencies " + dependency.name(), dependency.version());
        }
    }

    private void checkConstraint(String where, String constraint) {
        if (Constraint.find(constraint).isEmpty()) {
            problems.add("%s: \"%s\" is not a version constraint".formatted(where, constraint));
        }
    }

    private void checkDependencies() {
        for (var dependency : subject.metadata().dependencies()) {
            var directory = "charts/" + dependency.name() + "/";
            var archive = "charts/" + dependency.name() + "-";
            boolean present = subject.files().stream()
                    .map(ChartFile::path)
                    .anyMatch(path -> path.equals(directory + "Chart.yaml")
                            || (path.startsWith(archive) && path.endsWith(".tgz")));
            if (!present) {
                problems.add("dependencies: chart %s is missing in charts/".formatted(dependency.name()));
            }
        }
    }

    private void checkChart() {
        subject.file(ChartYaml.FILE).ifPresent(file -> {
            var chart = Yaml.parse(file.text());
            if (!chart.path("name").asText("").equals(subject.metadata().name())) {
                problems.add("Chart.yaml: name \"%s\" differs from \"%s\" in extension.yaml"
                        .formatted(
                                chart.path("name").asText(""),
                                subject.metadata().name()));
            }
        });
        subject.file("values.yaml").ifPresent(file -> {
            try {
                var values = Yaml.parse(file.text());
                if (!values.isObject() && !values.isNull()) {
                    problems.add("values.yaml: expected a map");
                }
            } catch (ParseException e) {
                problems.add("values.yaml: " + e.getMessage());
            }
        });
    }

    private void checkPermissions() {
        try {
            subject.file(Permissions.FILE).ifPresent(file -> Permissions.parse(file.text()));
        } catch (ParseException | ArchiveException e) {
            problems.add(e.getMessage());
        }
    }
}
