package io.luban.controller.repository;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Charts that were read and found unusable, so that they are not fetched again until their digest changes. */
final class Rejected {
    private static final int BOUND = 20_000;

    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    private final Map<String, String> remarks = new ConcurrentHashMap<>();

    Optional<String> reason(String repository, String version, String digest) {
        return digest.isEmpty() ? Optional.empty() : Optional.ofNullable(reasons.get(key(repository, version, digest)));
    }

    void note(String repository, String version, String digest, String reason) {
        if (reasons.size() >= BOUND) {
            reasons.clear();
        }
        reasons.put(key(repository, version, digest), reason);
    }

    /** What was left out of a chart that could be used otherwise. */
    Optional<String> remark(String repository, String version, String digest) {
        return Optional.ofNullable(remarks.get(key(repository, version, digest)));
    }

    void noteRemark(String repository, String version, String digest, String remark) {
        if (remarks.size() >= BOUND) {
            remarks.clear();
        }
        remarks.put(key(repository, version, digest), remark);
    }

    private static String key(String repository, String version, String digest) {
        return repository + " " + version + " " + digest;
    }
}
