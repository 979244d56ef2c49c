package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import java.util.List;

/**
 * Puts a policy into force for some requests.
 *
 * @param policy name of the policy
 * @param paramRef which objects parametrize it, a missing node for none
 * @param actions what happens when a validation fails
 */
record PolicyBinding(String name, String policy, JsonNode paramRef, MatchResources match, List<String> actions) {
    static PolicyBinding of(JsonNode binding) {
        var spec = binding.path("spec");
        return new PolicyBinding(
                Trees.name(binding),
                Trees.text(spec, "policyName"),
                spec.path("paramRef"),
                MatchResources.of(spec.path("matchResources")),
                Trees.items(spec.path("validationActions")));
    }
}
