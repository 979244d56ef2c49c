package io.luban.controller.admission;

import java.util.List;

/** Subscriptions: a configuration that Helm can read, and an extension that stays the same. */
final class SubscriptionRule implements Rule {
    @Override
    public List<String> check(Review review) {
        if (review.isSpecUnchanged()) {
            return List.of();
        }
        var extension = review.spec().at("/extension/name").asText("");
        if (extension.isEmpty()) {
            throw new RefusedException("spec.extension.name: Required value");
        }
        if (review.old().isPresent() && !review.oldText("/spec/extension/name").equals(extension)) {
            throw new RefusedException(
                    "spec.extension.name: Invalid value: \"%s\": field is immutable".formatted(extension));
        }
        var config = review.spec().path("config");
        if (config.isTextual()) {
            ConfigText.requireMapping(config.asText(), "extension config");
        } else if (!config.isObject() && !config.isMissingNode() && !config.isNull()) {
            throw new RefusedException("spec.config: Invalid value: a mapping or its YAML text is expected");
        }
        return List.of();
    }
}
