package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a policy into force for some requests.
 *
 * @param policy name of the policy
 * @param paramRef which objects parametrize it, a missing node for none
 * @param actions what happens when a validation fails
 */
record PolicyBinding(String name, String policy, JsonNode paramRef, MatchResources match, List<String> actions) {
    private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");

    static PolicyBinding of(JsonNode binding) {
        var spec = binding.path("spec");
        return new PolicyBinding(
                Trees.name(binding),
                Trees.text(spec, "policyName"),
                spec.path("paramRef"),
                MatchResources.of(spec.path("matchResources")),
                Trees.items(spec.path("validationActions")));
    }

    /** What is wrong with the specification of a binding. */
    static List<StatusCause> problems(JsonNode spec) {
        var problems = new ArrayList<StatusCause>();
        if (Trees.text(spec, "policyName").isEmpty()) {
            problems.add(StatusCause.required("spec.policyName", ""));
        }
        var actions = Trees.items(spec.path("validationActions"));
        if (actions.isEmpty()) {
            problems.add(StatusCause.required("spec.validationActions", "at least one validation action is required"));
        }
        for (int i = 0; i < actions.size(); i++) {
            if (!ACTIONS.contains(actions.get(i))) {
                problems.add(StatusCause.notSupported("spec.validationActions[" + i + "]", actions.get(i), ACTIONS));
            }
        }
        if (actions.contains("Deny") && actions.contains("Warn")) {
            problems.add(
                    StatusCause.invalid(
                            "spec.validationActions",
                            spec.path("validationActions"),
                            "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)"));
        }
        return problems;
    }
}
