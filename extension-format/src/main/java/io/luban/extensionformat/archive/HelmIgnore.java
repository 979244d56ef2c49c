package io.luban.extensionformat.archive;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of a {@code .helmignore} file: one glob per line, {@code #} for comments, {@code !} to keep what does not
 * match, a trailing slash for directories only, a leading slash to bind to the chart's root.
 */
final class HelmIgnore {
    private record Rule(PathMatcher matcher, boolean wholePath, boolean directoriesOnly, boolean negated) {}

    private final List<Rule> rules;

    private HelmIgnore(List<Rule> rules) {
        this.rules = rules;
    }

    static HelmIgnore parse(String text) {
        var rules = new ArrayList<Rule>();
        text.lines().map(String::strip).filter(HelmIgnore::isRule).forEach(line -> rules.add(rule(line)));
        // Editors leave hidden files among the templates; they are never rendered.
        rules.add(rule("templates/.?*"));
        return new HelmIgnore(rules);
    }

    boolean ignores(String path, boolean isDirectory) {
        var whole = Path.of(path);
        var name = whole.getFileName();
        for (var rule : rules) {
            if (rule.directoriesOnly && !isDirectory) {
                continue;
            }
            boolean matches = rule.matcher.matches(rule.wholePath || name == null ? whole : name);
            if (matches != rule.negated) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRule(String line) {
        return !line.isEmpty() && !line.startsWith("#");
    }

    private static Rule rule(String line) {
        if (line.contains("**")) {
            throw new ArchiveException(".helmignore: double-star (**) syntax is not supported: " + line);
        }
        boolean negated = line.startsWith("!");
        var pattern = negated ? line.substring(1) : line;
        boolean directoriesOnly = pattern.endsWith("/");
        pattern = directoriesOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
        boolean wholePath = pattern.contains("/");
        pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        try {
            // Braces are ordinary characters here, unlike in the globs of the platform.
            var glob = pattern.replace("{", "\\{").replace("}", "\\}");
            return new Rule(
                    FileSystems.getDefault().getPathMatcher("glob:" + glob), wholePath, directoriesOnly, negated);
        } catch (java.util.regex.PatternSyntaxException e) {
            throw new ArchiveException(".helmignore: " + line + " is not a valid pattern: " + e.getDescription());
        }
    }
}
