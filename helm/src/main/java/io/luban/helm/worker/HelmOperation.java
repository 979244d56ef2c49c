package io.luban.helm.worker;

import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.Release;
import com.marcnuri.helm.TestCommand;
import com.marcnuri.helm.UninstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import com.marcnuri.helm.jni.HelmLib;
import java.nio.file.Path;
import java.util.Properties;

/** One call of the Helm engine as the request describes it. */
final class HelmOperation {
    private final Properties request;
    private final Events events;

    HelmOperation(Properties request, Events events) {
        this.request = request;
        this.events = events;
    }

    void run() {
        var helm = Engine.load(path("engine"));
        switch (text("action")) {
            case "install" -> report(install(helm));
            case "upgrade" -> report(upgrade(helm));
            case "test" -> report(test(helm));
            case "uninstall" -> events.succeeded(uninstall(helm), 0);
            case "template", "lint", "create" -> new ChartOperation(request, events).run(helm);
            default -> throw new IllegalArgumentException("unknown action " + text("action"));
        }
    }

    private Release install(HelmLib helm) {
        var command = new InstallCommand(helm, path("chart"))
                .withName(text("release"))
                .withNamespace(text("namespace"))
                .withValuesFile(path("values"))
                .withKubeConfig(path("kubeconfig"))
                .withDescription(text("description"))
                .withTimeout(timeoutSeconds());
        if (flag("wait")) {
            command.waitReady();
        }
        if (flag("atomic")) {
            command.atomic();
        }
        if (flag("createNamespace")) {
            command.createNamespace();
        }
        return command.call();
    }

    private Release upgrade(HelmLib helm) {
        var command = new UpgradeCommand(helm, path("chart"))
                .withName(text("release"))
                .withNamespace(text("namespace"))
                .withValuesFile(path("values"))
                .withKubeConfig(path("kubeconfig"))
                .withDescription(text("description"))
                .withTimeout(timeoutSeconds())
                .resetValues();
        if (flag("wait")) {
            command.waitReady();
        }
        if (flag("atomic")) {
            command.atomic();
        }
        return command.call();
    }

    private Release test(HelmLib helm) {
        return new TestCommand(helm, text("release"))
                .withNamespace(text("namespace"))
                .withKubeConfig(path("kubeconfig"))
                .withTimeout(timeoutSeconds())
                .call();
    }

    private String uninstall(HelmLib helm) {
        var command = new UninstallCommand(helm, text("release"))
                .withNamespace(text("namespace"))
                .withKubeConfig(path("kubeconfig"))
                .ignoreNotFound();
        if (flag("noHooks")) {
            command.noHooks();
        }
        if (flag("orphan")) {
            command.withCascade(UninstallCommand.Cascade.ORPHAN);
        }
        return String.valueOf(command.call());
    }

    private void report(Release release) {
        var output = release.getOutput();
        if (output != null && !output.isBlank()) {
            events.log(output.strip());
        }
        events.succeeded("release " + release.getName() + " is " + release.getStatus(), revision(release));
    }

    private static int revision(Release release) {
        try {
            return Integer.parseInt(release.getRevision());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private int timeoutSeconds() {
        return Integer.parseInt(text("timeoutSeconds"));
    }

    private boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    private Path path(String name) {
        return Path.of(text(name));
    }

    private String text(String name) {
        return request.getProperty(name, "");
    }
}
