package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Values as messages of Kubernetes show them: structures and lists look as Go prints them. */
final class GoText {
    private GoText() {}

    /** A number or text that may be either; absent is zero. */
    static String intOrString(JsonNode value) {
        return value.isTextual()
                ? "intstr.IntOrString{Type:1, IntVal:0, StrVal:%s}".formatted(quoted(value.asText()))
                : "intstr.IntOrString{Type:0, IntVal:%d, StrVal:\"\"}".formatted(value.asLong());
    }

    static String labels(JsonNode labels) {
        if (!labels.isObject()) {
            return "map[string]string(nil)";
        }
        var sorted = new TreeMap<String, String>();
        labels.properties()
                .forEach(label -> sorted.put(label.getKey(), label.getValue().asText()));
        return sorted.entrySet().stream()
                .map(label -> quoted(label.getKey()) + ":" + quoted(label.getValue()))
                .collect(Collectors.joining(", ", "map[string]string{", "}"));
    }

    static String strings(JsonNode list) {
        if (!list.isArray()) {
            return "[]string(nil)";
        }
        var texts = new ArrayList<String>();
        list.forEach(item -> texts.add(quoted(item.asText())));
        return "[]string{" + String.join(", ", texts) + "}";
    }

    static String labelSelector(JsonNode selector) {
        return "v1.LabelSelector{MatchLabels:%s, MatchExpressions:%s}"
                .formatted(labels(selector.path("matchLabels")), requirements(selector.path("matchExpressions")));
    }

    private static String requirements(JsonNode expressions) {
        if (!expressions.isArray()) {
            return "[]v1.LabelSelectorRequirement(nil)";
        }
        var texts = new ArrayList<String>();
        expressions.forEach(expression -> texts.add("v1.LabelSelectorRequirement{Key:%s, Operator:%s, Values:%s}"
                .formatted(
                        quoted(expression.path("key").asText()),
                        quoted(expression.path("operator").asText()),
                        strings(expression.path("values")))));
        return "[]v1.LabelSelectorRequirement{" + String.join(", ", texts) + "}";
    }

    static String roleRef(JsonNode role) {
        return "rbac.RoleRef{APIGroup:%s, Kind:%s, Name:%s}"
                .formatted(
                        quoted(role.path("apiGroup").asText()),
                        quoted(role.path("kind").asText()),
                        quoted(role.path("name").asText()));
    }

    /** A port of a service by what must be unique about it. */
    static String servicePort(JsonNode port) {
        return ("core.ServicePort{Name:\"\", Protocol:%s, AppProtocol:(*string)(nil), Port:%d,"
                        + " TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}")
                .formatted(
                        quoted(port.path("protocol").asText()),
                        port.path("port").asLong());
    }

    static String quoted(String text) {
        return Json.text(TextNode.valueOf(text));
    }
}
