package io.luban.controller.admission;

import java.util.List;
import java.util.Set;

/** APIs of extensions: one per group and version, and none in place of the platform's own. */
record ApiServiceRule(Others others, Set<String> reservedGroups) implements Rule {
    private static final String ALLOW_OVERRIDE = "kubesphere.io/allow-override";

    @Override
    public void complete(Review review) {
        new SurfaceState(others).complete(review);
    }

    @Override
    public List<String> check(Review review) {
        if (review.isSpecUnchanged()) {
            return List.of();
        }
        var group = review.spec().path("group").asText("");
        var version = review.spec().path("version").asText("");
        if (reservedGroups.contains(group) && !review.annotation(ALLOW_OVERRIDE).equals("true")) {
            throw new RefusedException(
                    "spec.group: Forbidden: \"%s\" is served by the platform itself; annotate with %s: \"true\" to replace it"
                            .formatted(group, ALLOW_OVERRIDE));
        }
        for (var path : review.spec().path("nonResourceURLs")) {
            ReservedPaths.refuse(path.asText(""), "spec.nonResourceURLs");
        }
        var warnings = EndpointCheck.check(review.spec(), "spec");
        if (!group.isEmpty() || !version.isEmpty()) {
            checkUnique(review, group, version);
        }
        return warnings;
    }

    private void checkUnique(Review review, String group, String version) {
        for (var other : others.all("apiservices")) {
            if (!Names.of(other).equals(review.name())
                    && other.at("/spec/group").asText("").equals(group)
                    && other.at("/spec/version").asText("").equals(version)) {
                throw new RefusedException("APIService %s/%s is already exists".formatted(group, version));
            }
        }
    }
}
