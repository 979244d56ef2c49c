package io.luban.ksbuilder.chart;

import io.luban.extensionformat.archive.ChartFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites the sources of a chart so that the engine's library, which renders neither hooks nor CRDs, asks a cluster for
 * what {@code lookup} wants and knows of installations only, gives what {@code helm template} would:
 *
 * <ul>
 *   <li>the annotation of hooks gets another name, so that they come with the other objects;
 *   <li>files in {@code crds/} become templates that stand for themselves;
 *   <li>{@code lookup} finds nothing;
 *   <li>{@code .Release.IsUpgrade} is what was asked for.
 * </ul>
 */
final class TemplateSources {
    /** As long as the real one and sorted alike, so that nothing around it moves. */
    static final String HOOK_STAND_IN = "helm.sh/h00k";

    static final String CRDS_FOLDER = "templates/00-crds-as-they-are/";
    static final String HOOK = "helm.sh/hook";

    private static final Pattern CRD_FILE = Pattern.compile("((?:.*/)?)crds/(.+\\.(?:ya?ml|json))");
    private static final Pattern CHART_SOURCE =
            Pattern.compile("(?:(?:charts/[^/]+/)*)(?:templates/.*|values\\.ya?ml)");
    private static final Pattern ACTION = Pattern.compile("\\{\\{.*?}}", Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("\\{\\{(?:- )?\\s*/\\*.*", Pattern.DOTALL);
    private static final Pattern LOOKUP =
            Pattern.compile("\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|`[^`]*+`|(?<![\\w.$])lookup(?=\\s+[\"(.$`])");
    private static final Pattern KIND_OF_OPERATION =
            Pattern.compile("(?:\\$\\w*|(?<![\\w)]))(?:\\.\\w+)*?\\.Release\\.(IsUpgrade|IsInstall)\\b");

    private TemplateSources() {}

    static List<ChartFile> rewritten(List<ChartFile> files, boolean isUpgrade) {
        return files.stream().map(file -> rewritten(file, isUpgrade)).toList();
    }

    /** Undoes in an object what the rewriting did to hooks. */
    static String restored(String text) {
        return text.replace(HOOK_STAND_IN, HOOK);
    }

    private static ChartFile rewritten(ChartFile file, boolean isUpgrade) {
        var crd = CRD_FILE.matcher(file.path());
        if (crd.matches() && isTopOfChart(crd.group(1))) {
            return new ChartFile(crd.group(1) + CRDS_FOLDER + crd.group(2), bytes(literal(file.text())));
        }
        if (!CHART_SOURCE.matcher(file.path()).matches()) {
            return file;
        }
        var text = file.text();
        // what is no text stays as it is
        if (text.indexOf('\uFFFD') >= 0) {
            return file;
        }
        var changed = ACTION.matcher(text.replace(HOOK, HOOK_STAND_IN))
                .replaceAll(action -> Matcher.quoteReplacement(rewrittenAction(action.group(), isUpgrade)));
        return new ChartFile(file.path(), bytes(changed));
    }

    private static boolean isTopOfChart(String prefix) {
        return prefix.matches("(?:charts/[^/]+/)*");
    }

    private static String rewrittenAction(String action, boolean isUpgrade) {
        if (COMMENT.matcher(action).matches()) {
            return action;
        }
        var withoutLookup = LOOKUP.matcher(action)
                .replaceAll(found ->
                        Matcher.quoteReplacement(found.group().equals("lookup") ? "omit (dict)" : found.group()));
        return isUpgrade
                ? KIND_OF_OPERATION
                        .matcher(withoutLookup)
                        .replaceAll(found -> Boolean.toString(found.group(1).equals("IsUpgrade")))
                : withoutLookup;
    }

    private static String literal(String text) {
        return text.replace("{{", "{{ \"{{\" }}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
