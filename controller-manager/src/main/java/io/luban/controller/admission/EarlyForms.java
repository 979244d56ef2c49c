package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Objects of the catalog as the first 4.0 design wrote them, brought into the form of today; the old names stay. */
record EarlyForms(Others others) implements Rule {
    private static final Map<String, String> LABELS = Map.of(
            "kubesphere.io/extension", "kubesphere.io/extension-ref",
            "kubesphere.io/repo", "kubesphere.io/repository-ref",
            "extensions.kubesphere.io/category", "kubesphere.io/category");

    @Override
    public void complete(Review review) {
        mirrorLabels(review);
        if (!(review.object().path("spec") instanceof ObjectNode spec)) {
            return;
        }
        for (var field : List.of("displayName", "description")) {
            if (spec.path(field).isTextual()) {
                var text = spec.path(field).asText();
                spec.putObject(field).put("en", text);
            }
        }
        if (!review.kind().equals("Category")) {
            provide(spec);
        }
        if (review.kind().equals("ExtensionVersion")) {
            completeVersion(review, spec);
        }
    }

    private static void mirrorLabels(Review review) {
        if (!(review.object().path("metadata").path("labels") instanceof ObjectNode labels)) {
            return;
        }
        LABELS.forEach((early, late) -> equal(
                labels,
                early,
                late,
                review.old().map(old -> Review.label(old, early)).orElse(""),
                review.old().map(old -> Review.label(old, late)).orElse("")));
    }

    /** Makes two names of one thing equal: what has changed wins, the later name if both have. */
    private static void equal(ObjectNode parent, String early, String late, String oldEarly, String oldLate) {
        var earlyText = parent.path(early).asText("");
        var lateText = parent.path(late).asText("");
        if (earlyText.equals(lateText)) {
            return;
        }
        boolean isEarlyMeant =
                lateText.isEmpty() || (!earlyText.isEmpty() && !earlyText.equals(oldEarly) && lateText.equals(oldLate));
        if (isEarlyMeant) {
            parent.put(late, earlyText);
        } else {
            parent.put(early, lateText);
        }
    }

    /** The first maintainer counts as the provider. */
    private static void provide(ObjectNode spec) {
        if (!spec.hasNonNull("provider") && spec.at("/maintainers/0") instanceof ObjectNode maintainer) {
            var provider = Json.object();
            for (var field : List.of("name", "email", "url")) {
                if (maintainer.path(field).isTextual()) {
                    provider.set(field, maintainer.path(field));
                }
            }
            spec.putObject("provider").set("en", provider);
        }
    }

    private void completeVersion(Review review, ObjectNode spec) {
        equal(spec, "repo", "repository", review.oldText("/spec/repo"), review.oldText("/spec/repository"));
        if (spec.path("sources").isTextual()) {
            var source = spec.path("sources").asText();
            spec.putArray("sources").add(source);
        }
        var minimum = spec.path("minKubeVersion").asText("").strip();
        if (!minimum.isEmpty() && spec.path("kubeVersion").asText("").isEmpty()) {
            spec.put("kubeVersion", ">=" + minimum + "-0");
        }
        if (spec.path("chartURL").asText("").isEmpty() && !spec.hasNonNull("chartDataRef")) {
            chartUrl(spec).ifPresent(url -> spec.put("chartURL", url));
        }
    }

    /** The first address of the chart, completed by that of its repository. */
    private Optional<String> chartUrl(ObjectNode spec) {
        for (var url : spec.path("urls")) {
            if (!url.asText("").isEmpty()) {
                return resolve(url.asText(), spec.path("repository").asText(""));
            }
        }
        return Optional.empty();
    }

    private Optional<String> resolve(String url, String repository) {
        try {
            if (URI.create(url).isAbsolute()) {
                return Optional.of(url);
            }
            var base = repository.isEmpty()
                    ? ""
                    : others.find("repositories", repository)
                            .map(found -> found.at("/spec/url").asText(""))
                            .orElse("");
            return base.isEmpty()
                    ? Optional.of(url)
                    : Optional.of(URI.create(base.endsWith("/") ? base : base + "/")
                            .resolve(url)
                            .toString());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
