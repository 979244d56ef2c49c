package io.luban.ksbuilder.command;

import io.luban.extensionformat.ExtensionPackage;
import io.luban.ksbuilder.chart.Manifest;
import io.luban.ksbuilder.chart.Renderer;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the objects that an extension's templates become. */
@Command(name = "template", description = "Render the templates of an extension and print the objects.")
public final class TemplateCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "PATH", description = "Directory or packaged archive.")
    private String path = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    void help(boolean ignored) {}

    @Mixin
    private ValueFlags valueFlags = new ValueFlags();

    @Mixin
    private ForeignFlags foreign = new ForeignFlags();

    @Option(
            names = {"-s", "--show-only"},
            paramLabel = "TEMPLATE",
            description = "Only the objects of a template.")
    private List<String> showOnly = new ArrayList<>();

    @Option(names = "--output-dir", paramLabel = "DIR", description = "Write files instead of printing.")
    private String outputDirectory = "";

    @Option(names = "--release-name", description = "Put the release's name into the path below --output-dir.")
    private boolean usesReleaseName;

    @Option(names = "--include-crds", description = "With the CRDs in crds/.")
    private boolean includesCrds;

    @Option(names = "--skip-crds", description = "Without the CRDs in crds/, which is usual.")
    private boolean skipsCrds;

    @Option(names = "--skip-tests", description = "Without hooks that are tests.")
    private boolean skipsTests;

    @Option(names = "--no-hooks", description = "Without any hook.")
    private boolean skipsHooks;

    @Option(names = "--is-upgrade", description = "As for an upgrade instead of an installation.")
    private boolean isUpgrade;

    @Option(names = "--kube-version", paramLabel = "VERSION", description = "Version of Kubernetes.")
    private String kubeVersion = Renderer.KUBE_VERSION;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Namespace; also $HELM_NAMESPACE.")
    private String namespace = "";

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the release.")
    private String release = Renderer.Surroundings.usual().release();

    @Option(names = "--post-renderer", paramLabel = "PROGRAM", description = "Program the objects are sent through.")
    private String postRenderer = "";

    @Option(names = "--post-renderer-args", paramLabel = "ARGUMENT", description = "Its arguments.")
    private List<String> postRendererArguments = new ArrayList<>();

    /** A command over its surroundings. */
    public TemplateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        foreign.requireNone();
        var source = ExtensionPackage.read(session.resolve(path));
        var manifest = selected(session.renderer().render(source, valueFlags.values(session), surroundings()));
        var documents = showOnly.isEmpty() ? manifest.all() : shown(manifest);
        if (!outputDirectory.isEmpty()) {
            write(documents);
        } else {
            session.out().print(processed(documents));
            session.out().flush();
        }
        return 0;
    }

    private Renderer.Surroundings surroundings() {
        var fromEnvironment = session.variable("HELM_NAMESPACE");
        var usual = fromEnvironment.isEmpty() ? Renderer.Surroundings.usual().namespace() : fromEnvironment;
        return new Renderer.Surroundings(release, namespace.isEmpty() ? usual : namespace, kubeVersion, isUpgrade);
    }

    private Manifest selected(Manifest all) {
        var manifest = includesCrds && !skipsCrds ? all : all.withoutCrds();
        if (skipsHooks) {
            return manifest.withoutHooks();
        }
        return skipsTests ? manifest.withoutTests() : manifest;
    }

    private List<Manifest.Document> shown(Manifest manifest) {
        var shown = new ArrayList<Manifest.Document>();
        for (var wanted : showOnly) {
            var matcher = FileSystems.getDefault().getPathMatcher("glob:" + wanted);
            var found = manifest.all().stream()
                    .filter(document -> matcher.matches(Path.of(withoutChart(document.source()))))
                    .toList();
            if (found.isEmpty()) {
                throw new CommandException("could not find template %s in chart".formatted(wanted));
            }
            shown.addAll(found);
        }
        return shown;
    }

    private static String withoutChart(String source) {
        return source.substring(source.indexOf('/') + 1);
    }

    private String processed(List<Manifest.Document> documents) throws IOException, InterruptedException {
        var text = new StringBuilder();
        documents.forEach(document -> text.append(document.printed()));
        return postRenderer.isEmpty()
                ? text.toString()
                : new PostRenderer(session, postRenderer, postRendererArguments).process(text.toString());
    }

    private void write(List<Manifest.Document> documents) throws IOException {
        var root = session.resolve(outputDirectory);
        root = usesReleaseName ? root.resolve(release) : root;
        var begun = new HashSet<Path>();
        for (var document : documents) {
            var file = root.resolve(document.source()).normalize();
            Files.createDirectories(file.getParent());
            var mode = begun.add(file) ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND;
            Files.writeString(file, document.printed(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
            session.out().println("wrote " + file);
        }
    }
}
