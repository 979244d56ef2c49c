package io.luban.ksbuilder.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionObjects;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.extensionformat.PackageValidation;
import io.luban.ksbuilder.registry.Credentials;
import io.luban.ksbuilder.registry.Reference;
import io.luban.ksbuilder.registry.Registry;
import io.luban.kube.KubeRest;
import io.luban.model.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts an extension into the catalog of a cluster, or writes the objects for it to files. */
@Command(name = "publish", mixinStandardHelpOptions = true, description = "Publish an extension to a cluster.")
public final class PublishCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "PATH|oci://…", description = "Directory, packaged archive, or chart of a registry.")
    private String path = "";

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Cluster to publish to.")
    private String kubeconfig = "";

    @Option(names = "--to-local-template", description = "Write the objects to files instead.")
    private boolean toLocalTemplate;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where the files go; the working directory if absent.")
    private String output = "";

    /** A command over its surroundings. */
    public PublishCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        session.out().println("publish extension " + path);
        var objects = isRegistryReference() ? objectsOfRegistry() : objectsOfPackage();
        if (toLocalTemplate) {
            writeFiles(objects);
        } else {
            apply(objects);
        }
        return 0;
    }

    private boolean isRegistryReference() {
        return path.toLowerCase(Locale.ROOT).startsWith(Reference.SCHEME);
    }

    private List<ObjectNode> objectsOfPackage() {
        var extension = ExtensionPackage.read(session.resolve(path));
        PackageValidation.requireValid(extension);
        session.warnIfLarge(extension);
        return ExtensionObjects.of(extension, CatalogClient.SYSTEM_NAMESPACE, session.clock());
    }

    private List<ObjectNode> objectsOfRegistry() throws InterruptedException {
        try (var registry = new Registry(Credentials.of(session.home()))) {
            var reference = registry.resolve(Reference.parse(path));
            var extension = ExtensionPackage.ofArchive(registry.chart(reference), reference.toString());
            PackageValidation.requireValid(extension);
            return ExtensionObjects.ofRegistry(extension, reference.toString(), session.clock());
        }
    }

    private void apply(List<ObjectNode> objects) {
        session.out().println("apply resources to k8s cluster");
        try (var client = session.connect(kubeconfig)) {
            var catalog = new CatalogClient(KubeRest.of(client));
            for (var object : objects) {
                announce(object);
                catalog.apply(object);
            }
        }
    }

    private void writeFiles(List<ObjectNode> objects) throws IOException {
        var directory = session.resolve(output);
        session.out().println("generate resources to " + directory);
        Files.createDirectories(directory);
        var byKind = new LinkedHashMap<String, List<ObjectNode>>();
        for (var object : objects) {
            announce(object);
            byKind.computeIfAbsent(object.path("kind").asText(), kind -> new ArrayList<>())
                    .add(object);
        }
        for (var entry : byKind.entrySet()) {
            Files.writeString(directory.resolve(entry.getKey() + ".yaml"), Yaml.writeAll(entry.getValue()));
        }
    }

    private void announce(ObjectNode object) {
        session.out()
                .println("creating %s %s"
                        .formatted(
                                object.path("kind").asText(),
                                object.at("/metadata/name").asText()));
    }
}
