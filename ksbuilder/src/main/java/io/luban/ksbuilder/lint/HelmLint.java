package io.luban.ksbuilder.lint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.helm.Charts;
import io.luban.helm.OperationLog;
import io.luban.ksbuilder.chart.ChartFolder;
import io.luban.ksbuilder.chart.Renderer;
import io.luban.ksbuilder.chart.Values;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Helm's own rules. */
public final class HelmLint {
    private static final Pattern MESSAGE = Pattern.compile("\\[(INFO|WARNING|ERROR)]\\s+([^:]*):\\s?(.*)");

    private final Charts charts;
    private final OperationLog output;

    /** A lint by the engine; what that says on the side goes to {@code output}. */
    public HelmLint(Charts charts, OperationLog output) {
        this.charts = charts;
        this.output = output;
    }

    /**
     * What the rules say about one chart.
     *
     * @param path of the chart as the user knows it
     * @param findings in the order of the rules
     */
    public record Result(String path, List<Finding> findings) {
        /** Defensive copy. */
        public Result {
            findings = List.copyOf(findings);
        }

        /** Whether the chart breaks a rule; in strict mode warnings count as well. */
        public boolean isFailed(boolean strict) {
            return findings.stream()
                    .anyMatch(finding -> finding.severity() == Finding.Severity.ERROR
                            || (strict && finding.severity() == Finding.Severity.WARNING));
        }
    }

    /** Checks the package with the values laid over its own, and the charts in it if asked to. */
    public List<Result> check(ExtensionPackage source, ObjectNode values, boolean withSubcharts)
            throws InterruptedException {
        try (var folder = ChartFolder.of(source)) {
            folder.write("values.yaml", Yaml.write(allValues(source, values)));
            var results = new ArrayList<Result>();
            results.add(check(folder.path(), source.source().origin()));
            if (withSubcharts) {
                for (var subchart : subcharts(folder.path())) {
                    var shown = source.source().origin() + "/" + folder.path().relativize(subchart);
                    results.add(check(subchart, shown));
                }
            }
            return results;
        }
    }

    private Result check(Path chart, String shownAs) throws InterruptedException {
        var findings = new ArrayList<Finding>();
        for (var line : charts.lint(chart, false, output)) {
            var shown = line.replace(chart.toString(), shownAs);
            var matcher = MESSAGE.matcher(shown);
            if (matcher.matches()) {
                findings.add(
                        new Finding(Finding.Severity.valueOf(matcher.group(1)), matcher.group(2), matcher.group(3)));
            } else if (!findings.isEmpty()) {
                var last = findings.removeLast();
                findings.add(new Finding(last.severity(), last.subject(), last.message() + "\n" + shown));
            }
        }
        return new Result(shownAs, findings);
    }

    private static ObjectNode allValues(ExtensionPackage source, ObjectNode values) {
        var all = Json.object();
        try {
            if (source.file("values.yaml").map(file -> Yaml.parse(file.text())).orElseGet(Json::object)
                    instanceof ObjectNode own) {
                all = own.deepCopy();
            }
        } catch (ParseException e) {
            throw new ParseException("values.yaml: " + e.getMessage());
        }
        return Values.merge(all, Renderer.withPlatformValues(source, values));
    }

    private static List<Path> subcharts(Path chart) {
        try (var tree = Files.walk(chart)) {
            return tree.filter(path -> path.endsWith("Chart.yaml"))
                    .map(path -> path.resolveSibling(""))
                    .map(Path::normalize)
                    .filter(path -> !path.equals(chart))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the charts in " + chart + " cannot be listed", e);
        }
    }
}
