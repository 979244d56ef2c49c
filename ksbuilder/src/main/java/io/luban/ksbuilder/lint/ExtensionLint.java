package io.luban.ksbuilder.lint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.ksbuilder.chart.Manifest;
import io.luban.ksbuilder.chart.Renderer;
import io.luban.ksbuilder.chart.Values;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the platform expects of an extension beyond Helm's rules: a legal name, images that are really used, and that the
 * registry and the node selector of the platform reach every pod. The last two are found out by rendering with values
 * that occur nowhere else.
 */
public final class ExtensionLint {
    private static final int MARK_LENGTH = 12;
    private static final int ADVISED_NAME_LENGTH = 32;
    private static final String OS = "kubernetes.io/os";
    private static final String IMAGES = "images";
    private static final Pattern ADVISED_NAME = Pattern.compile("[a-z0-9-]+");

    private final Renderer renderer;
    private final Ids ids;

    /** A lint that renders by {@code renderer}. */
    public ExtensionLint(Renderer renderer, Ids ids) {
        this.renderer = renderer;
        this.ids = ids;
    }

    /** About the name. */
    public List<Finding> name(ExtensionPackage source) {
        var findings = new ArrayList<Finding>();
        var name = source.metadata().name();
        ExtensionNames.problemOfName(name).ifPresent(problem -> findings.add(Finding.error("extension.yaml", problem)));
        if (findings.isEmpty()
                && (name.length() > ADVISED_NAME_LENGTH
                        || !ADVISED_NAME.matcher(name).matches())) {
            findings.add(Finding.warning(
                    "extension.yaml",
                    "name \"%s\" should have at most %d lower-case letters and digits"
                            .formatted(name, ADVISED_NAME_LENGTH)));
        }
        return findings;
    }

    /** Whether every image that extension.yaml lists is used; mirrors are filled by that list. */
    public List<Finding> images(ExtensionPackage source, ObjectNode values) throws InterruptedException {
        var images = source.metadata().texts(IMAGES);
        if (images.isEmpty()) {
            return List.of(Finding.warning("extension.yaml", "images: no images are listed"));
        }
        var text = new StringBuilder();
        render(source, values).all().forEach(document -> text.append(document.text()));
        var findings = new ArrayList<Finding>();
        for (var image : images) {
            if (spellings(image).stream().noneMatch(spelling -> text.indexOf(spelling) >= 0)) {
                findings.add(Finding.warning("extension.yaml", "images: %s is used by no object".formatted(image)));
            }
        }
        return findings;
    }

    /** Whether {@code global.imageRegistry} reaches every container. */
    public List<Finding> imageRegistry(ExtensionPackage source, ObjectNode values) throws InterruptedException {
        var registry = "registry-" + mark() + ".example.com";
        var marked = Json.object();
        marked.putObject("global").put("imageRegistry", registry);
        var findings = new ArrayList<Finding>();
        for (var workload :
                Workload.of(renderMarked(source, values, marked).withoutTests().all())) {
            for (var container : workload.containers()) {
                var image = container.path("image").asText("");
                if (!image.contains(registry)) {
                    findings.add(Finding.error(
                            workload.subject(),
                            "container %s: image \"%s\" does not come from global.imageRegistry"
                                    .formatted(container.path("name").asText("without a name"), image)));
                }
            }
        }
        return findings;
    }

    /** Whether {@code global.nodeSelector} reaches every pod that is not meant for all nodes. */
    public List<Finding> nodeSelector(ExtensionPackage source, ObjectNode values) throws InterruptedException {
        var os = mark();
        var marked = Json.object();
        marked.putObject("global").putObject("nodeSelector").put(OS, os);
        var findings = new ArrayList<Finding>();
        for (var workload :
                Workload.of(renderMarked(source, values, marked).withoutTests().all())) {
            var selected = workload.pod().path("nodeSelector").path(OS).asText("");
            if (!"DaemonSet".equals(workload.kind()) && !selected.equals(os)) {
                findings.add(
                        Finding.warning(workload.subject(), "nodeSelector lacks what global.nodeSelector asks for"));
            }
        }
        return findings;
    }

    private Manifest renderMarked(ExtensionPackage source, ObjectNode values, ObjectNode marked)
            throws InterruptedException {
        return render(source, Values.merge(values.deepCopy(), marked));
    }

    private Manifest render(ExtensionPackage source, ObjectNode values) throws InterruptedException {
        return renderer.render(source, values, Renderer.Surroundings.usual());
    }

    private String mark() {
        return ids.suffix(MARK_LENGTH).toLowerCase(Locale.ROOT);
    }

    /** The registry and the library of Docker Hub may be left out, in the list as well as in the objects. */
    private static List<String> spellings(String image) {
        var hub = "docker.io/";
        var library = "library/";
        var plain = image.startsWith(hub) ? image.substring(hub.length()) : image;
        var bare = plain.startsWith(library) ? plain.substring(library.length()) : plain;
        return image.startsWith(hub) ? List.of(image, plain, bare) : List.of(image, bare);
    }
}
