package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.luban.embeddedkube.admission.Remarks;
import io.luban.embeddedkube.policy.PolicyEvaluation.Finding;
import io.luban.model.Json;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Collects what policies want noted about one request in its audit event. Used by one thread. */
final class AuditFindings {
    private static final String FAILURE = "validation.policy.admission.k8s.io/validation_failure";

    private final Map<String, Set<String>> annotations = new LinkedHashMap<>();
    private final ArrayNode failures = Json.array();

    /** Notes that a validation failed. */
    void failed(Policy policy, PolicyBinding binding, Finding finding) {
        var failure = failures.addObject()
                .put("message", finding.message())
                .put("policy", policy.name())
                .put("binding", binding.name())
                .put("expressionIndex", finding.index());
        binding.actions().forEach(failure.putArray("validationActions")::add);
    }

    /** Notes what a policy computed; different values of several bindings and parameters stand side by side. */
    void annotated(Policy policy, Map<String, String> values) {
        values.forEach((key, value) -> annotations
                .computeIfAbsent(policy.name() + "/" + key, first -> new LinkedHashSet<>())
                .add(value));
    }

    void publish(Remarks remarks) {
        annotations.forEach((key, values) -> remarks.annotate(key, String.join(", ", values)));
        if (!failures.isEmpty()) {
            remarks.annotate(FAILURE, Json.text(failures));
        }
    }
}
