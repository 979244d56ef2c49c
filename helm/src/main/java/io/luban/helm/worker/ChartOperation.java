package io.luban.helm.worker;

import com.marcnuri.helm.CreateCommand;
import com.marcnuri.helm.LintCommand;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.jni.HelmLib;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** A call of the Helm engine about a chart in a folder. Results are files, because they may be large. */
final class ChartOperation {
    private final Properties request;
    private final Events events;

    ChartOperation(Properties request, Events events) {
        this.request = request;
        this.events = events;
    }

    void run(HelmLib helm) {
        switch (text("action")) {
            case "template" -> write(template(helm));
            case "lint" -> write(lint(helm));
            case "create" ->
                new CreateCommand(helm)
                        .withName(text("release"))
                        .withDir(path("output"))
                        .call();
            default -> throw new IllegalArgumentException("unknown action " + text("action"));
        }
        events.succeeded(text("action"), 0);
    }

    private String template(HelmLib helm) {
        var manifest = new TemplateCommand(helm, path("chart"))
                .withName(text("release"))
                .withNamespace(text("namespace"))
                .withKubeVersion(text("kubeVersion"))
                .withValuesFile(path("values"))
                .skipCrds()
                .call();
        // the library knows no empty text; charts of nothing but hooks render to nothing
        return manifest == null || "null".equals(manifest.strip()) ? "" : manifest;
    }

    private String lint(HelmLib helm) {
        var command = new LintCommand(helm, path("chart"));
        if (Boolean.parseBoolean(text("strict"))) {
            command.strict();
        }
        return String.join("\n", command.call().getMessages());
    }

    private void write(String content) {
        try {
            Files.writeString(path("output"), content);
        } catch (IOException e) {
            throw new UncheckedIOException("the result cannot be written", e);
        }
    }

    private Path path(String name) {
        return Path.of(text(name));
    }

    private String text(String name) {
        return request.getProperty(name, "");
    }
}
