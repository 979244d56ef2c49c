package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.configuration.ConversionFallback;
import io.luban.embeddedkube.service.ReviewClient.CallFailedException;
import io.luban.embeddedkube.service.ReviewTarget;
import io.luban.embeddedkube.tree.Trees;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has instances converted by the program that the definition names. */
final class ConversionWebhook implements VersionConverter {
    private static final Logger log = LoggerFactory.getLogger(ConversionWebhook.class);

    private static final String GROUP = "apiextensions.k8s.io/";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Versions of the review that are spoken here. */
    static final List<String> REVIEWS = List.of("v1", "v1beta1");

    private final String kind;
    private final String name;
    private final JsonNode client;
    private final String review;
    private final Conversions shared;
    private volatile boolean fellBack;

    ConversionWebhook(Definition definition, Conversions shared) {
        var webhook = definition.spec().path("conversion").path("webhook");
        this.kind = Trees.text(definition.names(), "kind");
        this.name = definition.name();
        this.client = webhook.path("clientConfig");
        this.review = GROUP
                + Trees.items(webhook.path("conversionReviewVersions")).stream()
                        .filter(REVIEWS::contains)
                        .findFirst()
                        .orElse(REVIEWS.getFirst());
        this.shared = shared;
    }

    @Override
    public boolean mayWait() {
        return true;
    }

    @Override
    public String warning() {
        return fellBack
                ? "nothing runs behind the conversion webhook of %s: objects keep their shape and only change their apiVersion"
                        .formatted(name)
                : "";
    }

    @Override
    public List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion) {
        var question = new ConversionReview(review, shared.ids().uuid(), kind, objects, apiVersion);
        try {
            var target = ReviewTarget.of(client, shared.services());
            if (target.isPresent()) {
                var bundle = Trees.text(client, "caBundle");
                var answer = shared.client().call(target.get(), bundle, question.question(), TIMEOUT);
                fellBack = false;
                return question.read(answer);
            }
        } catch (CallFailedException | IllegalArgumentException e) {
            throw question.failed(String.valueOf(e.getMessage()));
        }
        if (shared.fallback() == ConversionFallback.ERROR) {
            throw question.failed(
                    "no endpoints available for service \"" + Trees.text(client, "service", "name") + "\"");
        }
        if (!fellBack) {
            log.atWarn()
                    .addKeyValue("name", name)
                    .log("nothing runs behind a conversion webhook, converting without it");
        }
        fellBack = true;
        return NONE.convert(objects, apiVersion);
    }
}
