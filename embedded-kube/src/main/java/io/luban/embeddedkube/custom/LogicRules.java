package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.StatusCause;
import java.util.List;
import java.util.Map;

/**
 * Schemas under allOf, anyOf, oneOf and not may only narrow what is described outside of them, or the structure of an
 * object would depend on its content.
 */
final class LogicRules {
    private static final List<String> JUNCTORS = List.of("allOf", "anyOf", "oneOf");
    private static final Map<String, String> RESERVED = Map.of(
            "additionalProperties", "must be undefined to be structural",
            "default", "must be undefined to be structural",
            "description", "must be empty to be structural",
            "nullable", "must be false to be structural",
            "title", "must be empty to be structural",
            "x-kubernetes-embedded-resource", "must be false to be structural",
            "x-kubernetes-int-or-string", "must be false to be structural",
            "x-kubernetes-preserve-unknown-fields", "must be false to be structural");

    private final List<StatusCause> problems;

    LogicRules(List<StatusCause> problems) {
        this.problems = problems;
    }

    /** Checks the junctors of a structural node. */
    void check(JsonNode schema, String path) {
        boolean isIntOrString = schema.path("x-kubernetes-int-or-string").asBoolean();
        junctors(schema, schema, path, path, isIntOrString);
    }

    private void junctors(JsonNode holder, JsonNode outside, String path, String outsidePath, boolean mayName) {
        for (var junctor : JUNCTORS) {
            var list = holder.path(junctor);
            for (int i = 0; i < list.size(); i++) {
                narrowed(list.get(i), outside, path + "." + junctor + "[" + i + "]", outsidePath, mayName);
            }
        }
        if (holder.path("not").isObject()) {
            narrowed(holder.get("not"), outside, path + ".not", outsidePath, mayName);
        }
    }

    /** {@code mayName}: alternatives of an int-or-string tell the two types apart. */
    private void narrowed(JsonNode inner, JsonNode outside, String path, String outsidePath, boolean mayName) {
        if (inner.has("type") && !mayName) {
            problems.add(StatusCause.forbidden(path + ".type", "must be empty to be structural"));
        }
        RESERVED.forEach((member, rule) -> {
            var value = inner.path(member);
            boolean isSet = !value.isMissingNode() && !(value.isBoolean() && !value.booleanValue());
            if (isSet) {
                problems.add(StatusCause.forbidden(path + "." + member, rule));
            }
        });
        if (inner.path("properties").has("metadata")) {
            problems.add(
                    StatusCause.forbidden(path + ".properties[metadata]", "must not be specified in a nested context"));
        }
        for (var property : inner.path("properties").properties()) {
            var step = ".properties[" + property.getKey() + "]";
            var known = outside.path("properties").path(property.getKey());
            if (known.isMissingNode()) {
                undescribed(outsidePath + step, path + step);
            } else {
                narrowed(property.getValue(), known, path + step, outsidePath + step, isIntOrString(known));
            }
        }
        if (inner.path("items").isObject()) {
            if (outside.path("items").isObject()) {
                var known = outside.get("items");
                narrowed(inner.get("items"), known, path + ".items", outsidePath + ".items", isIntOrString(known));
            } else {
                undescribed(outsidePath + ".items", path + ".items");
            }
        }
        junctors(inner, outside, path, outsidePath, mayName);
    }

    private static boolean isIntOrString(JsonNode schema) {
        return Trees.at(schema, "x-kubernetes-int-or-string").asBoolean();
    }

    private void undescribed(String missing, String because) {
        problems.add(StatusCause.required(missing, "because it is defined in " + because));
    }
}
