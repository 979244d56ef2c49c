package io.luban.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Upper limits of files, methods and parameter lists, measured on the sources. */
class SizeRulesTest {
    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 50;
    private static final int PARAMETERS = 7;

    @Test
    void files_methods_and_parameter_lists_stay_small() throws IOException {
        var violations = new ArrayList<String>();

        for (var file : mainSources()) {
            measure(file, violations);
        }

        assertThat(violations).isEmpty();
    }

    private static List<Path> mainSources() throws IOException {
        // only where nothing comes and goes while tests run, unlike in what the build writes
        var sources = new ArrayList<Path>();
        try (var modules = Files.list(Path.of("..").toRealPath())) {
            for (var module : modules.map(folder -> folder.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (var files = Files.walk(module)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                }
            }
        }
        assertThat(sources).hasSizeGreaterThan(50);
        return sources;
    }

    private static void measure(Path file, List<String> violations) throws IOException {
        long lines = codeLines(Files.readAllLines(file));
        if (lines > FILE_LINES) {
            violations.add("%s has %d code lines, at most %d".formatted(file.getFileName(), lines, FILE_LINES));
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            var task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjects(file));
            for (var unit : task.parse()) {
                new MethodSizes(unit, Trees.instance(task), violations).scan(unit, null);
            }
        }
    }

    private static long codeLines(List<String> lines) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .filter(line -> !line.startsWith("//") && !line.startsWith("*") && !line.startsWith("/*"))
                .count();
    }

    private static final class MethodSizes extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final Trees trees;
        private final List<String> violations;

        MethodSizes(CompilationUnitTree unit, Trees trees, List<String> violations) {
            this.unit = unit;
            this.trees = trees;
            this.violations = violations;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            var name = unit.getSourceFile().getName() + "#" + method.getName();
            if (method.getBody() != null) {
                var positions = trees.getSourcePositions();
                var map = unit.getLineMap();
                long start = map.getLineNumber(positions.getStartPosition(unit, method.getBody()));
                long end = map.getLineNumber(positions.getEndPosition(unit, method.getBody()));
                if (end - start - 1 > METHOD_LINES) {
                    violations.add("%s has %d lines, at most %d".formatted(name, end - start - 1, METHOD_LINES));
                }
            }
            boolean isConstructor = method.getReturnType() == null;
            if (!isConstructor && method.getParameters().size() > PARAMETERS) {
                violations.add("%s has %d parameters"
                        .formatted(name, method.getParameters().size()));
            }
            return super.visitMethod(method, null);
        }
    }
}
