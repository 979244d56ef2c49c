package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A strict reader of the Prometheus text format 0.0.4: every rule of the format that a line breaks fails the test. */
final class ExpositionFormat {
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{((?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*)\\})?"
                    + " (NaN|[+-]Inf|[+-]?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)");
    private static final Pattern META = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final Pattern LE = Pattern.compile(",?le=\"([^\"]*)\"");

    final Map<String, Double> samples = new HashMap<>();
    private final Map<String, String> types = new HashMap<>();
    private final Set<String> helped = new HashSet<>();
    private final Set<String> finished = new HashSet<>();
    private final Map<String, Double> lastBucket = new HashMap<>();
    private String family = "";

    static ExpositionFormat parse(String text) {
        assertThat(text).endsWith("\n").doesNotContain("\r");
        var format = new ExpositionFormat();
        text.lines().forEach(line -> {
            if (line.startsWith("#")) {
                format.meta(line);
            } else {
                format.sample(line);
            }
        });
        format.checkHistograms();
        return format;
    }

    private void meta(String line) {
        var parts = META.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        var name = parts.group(2);
        if (parts.group(1).equals("HELP")) {
            assertThat(helped.add(name)).as("one HELP for " + name).isTrue();
        } else {
            assertThat(types.put(name, parts.group(3)))
                    .as("one TYPE for " + name)
                    .isNull();
            assertThat(parts.group(3)).isIn("counter", "gauge", "histogram", "summary", "untyped");
        }
        if (!family.equals(name)) {
            finished.add(family);
            family = name;
            assertThat(finished).as("lines of a metric stand together").doesNotContain(name);
        }
    }

    private void sample(String line) {
        var parts = SAMPLE.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        var name = parts.group(1);
        assertThat(familyOf(name)).as("sample below its TYPE: " + line).isEqualTo(family);
        assertThat(helped).as("HELP of " + family).contains(family);
        if ("counter".equals(types.get(family))) {
            assertThat(name).endsWith("_total");
            assertThat(Double.parseDouble(parts.group(3))).isNotNegative();
        }
        var labels = parts.group(2) == null ? "" : parts.group(2);
        double value = Double.parseDouble(parts.group(3).replace("Inf", "Infinity"));
        var id = name + "{" + labels + "}";
        assertThat(samples.put(id, value)).as("one sample " + id).isNull();
        if (name.endsWith("_bucket")) {
            var series = name + LE.matcher(labels).replaceAll("");
            assertThat(value).as("buckets grow: " + id).isGreaterThanOrEqualTo(lastBucket.getOrDefault(series, 0.0));
            lastBucket.put(series, value);
        }
    }

    private String familyOf(String sample) {
        for (var ending : new String[] {"_bucket", "_sum", "_count"}) {
            if (sample.endsWith(ending)) {
                var base = sample.substring(0, sample.length() - ending.length());
                if ("histogram".equals(types.get(base))) {
                    return base;
                }
            }
        }
        return sample;
    }

    private void checkHistograms() {
        lastBucket.forEach((series, last) -> {
            int brace = series.indexOf("_bucket");
            var labels = series.substring(brace + "_bucket".length());
            var count = samples.get(series.substring(0, brace) + "_count{" + labels + "}");
            assertThat(count)
                    .as("the last bucket of " + series + " is the count")
                    .isEqualTo(last);
        });
    }

    /** The value of a sample; fails when there is none. */
    double value(String id) {
        assertThat(samples).containsKey(id);
        return samples.getOrDefault(id, Double.NaN);
    }
}
