package io.luban.ksbuilder.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.helm.ChartException;
import io.luban.ksbuilder.lint.ExtensionLint;
import io.luban.ksbuilder.lint.Finding;
import io.luban.ksbuilder.lint.HelmLint;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks extensions by Helm's rules and by the platform's. Ends with 1 after errors, with 2 when one cannot be loaded. */
@Command(name = "lint", mixinStandardHelpOptions = true, description = "Check what the templates of extensions become.")
public final class LintCommand implements Callable<Integer> {
    private static final int ERRORS = 1;
    private static final int NOT_LOADED = 2;
    private static final String BANNER = "#################### lint by %s ####################";

    private final Session session;
    private final Ids ids;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Directories or packaged archives.")
    private List<String> paths = new ArrayList<>();

    @Mixin
    private ValueFlags valueFlags = new ValueFlags();

    @Option(names = "--strict", description = "Let warnings of Helm's rules count as errors.")
    private boolean strict;

    @Option(names = "--with-subcharts", description = "Check the charts in charts/ by Helm's rules as well.")
    private boolean withSubcharts;

    @Option(names = "--quiet", description = "Print warnings and errors only.")
    private boolean quiet;

    @Option(names = "--exit-zero", description = "End with 0 whatever was found.")
    private boolean exitZero;

    @Option(names = "--output", paramLabel = "text|json", description = "Form of the report.")
    private String output = "text";

    /** A command over its surroundings. */
    public LintCommand(Session session, Ids ids) {
        this.session = session;
        this.ids = ids;
    }

    /** One check of the platform's and what it has to say. */
    private record Check(String name, List<Finding> findings) {}

    @Override
    public Integer call() throws InterruptedException {
        if (!List.of("text", "json").contains(output)) {
            throw new CommandException("--output: must be text or json, got \"%s\"".formatted(output));
        }
        var values = valueFlags.values(session);
        var report = Json.array();
        int code = 0;
        for (var path : paths) {
            code = Math.max(code, lint(path, values, report));
        }
        if (isJson()) {
            session.out().println(Json.pretty(report).strip());
        }
        return exitZero && code != NOT_LOADED ? 0 : code;
    }

    private int lint(String path, ObjectNode values, ArrayNode report) throws InterruptedException {
        ExtensionPackage source;
        try {
            source = ExtensionPackage.read(session.resolve(path));
        } catch (ArchiveException | ParseException e) {
            session.err().printf("%nerror executing command: %s%n", e.getMessage());
            return NOT_LOADED;
        }
        var results = new HelmLint(session.charts(), session.err()::println).check(source, values, withSubcharts);
        boolean isFailed = results.stream().anyMatch(result -> result.isFailed(strict));
        if (!isJson()) {
            print(results);
        }
        var checks = new ArrayList<Check>();
        try {
            runChecks(source, values, checks);
        } catch (ChartException e) {
            session.err().printf("%nerror executing command: %s: %s%n", path, e.getMessage());
            return NOT_LOADED;
        } finally {
            if (isJson()) {
                report.add(json(path, results, checks));
            }
        }
        isFailed |= checks.stream()
                .flatMap(check -> check.findings().stream())
                .anyMatch(finding -> finding.severity() == Finding.Severity.ERROR);
        return isFailed ? ERRORS : 0;
    }

    private void runChecks(ExtensionPackage source, ObjectNode values, List<Check> checks) throws InterruptedException {
        var lint = new ExtensionLint(session.renderer(), ids);
        say("\n" + BANNER.formatted("kubesphere"));
        say("Info: lint name");
        checks.add(shown(new Check("name", lint.name(source))));
        say("Info: lint images");
        checks.add(shown(new Check("images", lint.images(source, values))));
        say("Info: lint global.imageRegistry");
        checks.add(shown(new Check("global.imageRegistry", lint.imageRegistry(source, values))));
        say("Info: lint global.nodeSelector");
        checks.add(shown(new Check("global.nodeSelector", lint.nodeSelector(source, values))));
    }

    private Check shown(Check check) {
        if (!isJson()) {
            check.findings()
                    .forEach(finding -> session.out()
                            .println("%s: %s: %s".formatted(finding.severity(), finding.subject(), finding.message())));
        }
        return check;
    }

    private void print(List<HelmLint.Result> results) {
        say("\n" + BANNER.formatted("helm"));
        for (var result : results) {
            var shown = result.findings().stream()
                    .filter(finding -> !quiet || finding.severity() != Finding.Severity.INFO)
                    .toList();
            if (quiet && shown.isEmpty()) {
                continue;
            }
            session.out().println("==> Linting " + result.path());
            shown.forEach(finding -> session.out()
                    .println("[%s] %s: %s".formatted(finding.severity(), finding.subject(), finding.message())));
            session.out().println();
        }
        long failed = results.stream().filter(result -> result.isFailed(strict)).count();
        session.out().println("%d chart(s) linted, %d chart(s) failed".formatted(results.size(), failed));
    }

    private void say(String line) {
        if (!isJson() && !quiet) {
            session.out().println(line);
        }
    }

    private boolean isJson() {
        return "json".equals(output);
    }

    private static ObjectNode json(String path, List<HelmLint.Result> results, List<Check> checks) {
        var entry = Json.object().put("path", path);
        var findings = entry.putArray("findings");
        for (var result : results) {
            result.findings().forEach(finding -> add(findings, "helm", finding));
        }
        checks.forEach(check -> check.findings().forEach(finding -> add(findings, check.name(), finding)));
        return entry;
    }

    private static void add(ArrayNode findings, String check, Finding finding) {
        findings.addObject()
                .put("check", check)
                .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                .put("subject", finding.subject())
                .put("message", finding.message());
    }
}
