package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;

/**
 * The conditions that decide about a certificate request. Approval and denial are given through {@code approval} alone,
 * by those who hold the right; nothing takes them, or a failure, away again.
 */
final class Verdicts {
    private static final List<String> APPROVALS = List.of("Approved", "Denied");
    private static final List<String> FINAL = List.of("Approved", "Denied", "Failed");
    private static final String CONDITIONS = "status.conditions";

    private Verdicts() {}

    /** Puts the stored approvals back in the places of those that were sent, where there are as many. */
    static void keepApprovals(ObjectNode updated, ObjectNode old) {
        for (var type : APPROVALS) {
            var stored = of(old, type);
            if (stored.isEmpty() || stored.size() != of(updated, type).size()) {
                continue;
            }
            var conditions = (ArrayNode) conditions(updated);
            int next = 0;
            for (int i = 0; i < conditions.size(); i++) {
                if (isOf(conditions.get(i), type)) {
                    conditions.set(i, stored.get(next).deepCopy());
                    next++;
                }
            }
        }
    }

    /** What is wrong with a change; {@code decides} when it came through the approval. */
    static List<StatusCause> problems(ObjectNode updated, ObjectNode old, boolean decides) {
        var problems = new ArrayList<StatusCause>();
        for (var type : FINAL) {
            if (of(updated, type).size() < of(old, type).size()) {
                problems.add(StatusCause.forbidden(
                        CONDITIONS, "updates may not remove a condition of type \"" + type + "\""));
            }
        }
        if (!decides) {
            for (var type : APPROVALS) {
                checkUntouched(of(updated, type), of(old, type), type, problems);
            }
        }
        checkForm(updated, problems);
        checkCertificate(updated, old, decides, problems);
        return problems;
    }

    private static void checkUntouched(
            List<JsonNode> updated, List<JsonNode> old, String type, List<StatusCause> problems) {
        if (updated.size() > old.size()) {
            problems.add(StatusCause.forbidden(CONDITIONS, "updates may not add a condition of type \"" + type + "\""));
        } else if (updated.size() == old.size() && !updated.equals(old)) {
            problems.add(
                    StatusCause.forbidden(CONDITIONS, "updates may not modify a condition of type \"" + type + "\""));
        }
    }

    private static void checkForm(ObjectNode updated, List<StatusCause> problems) {
        var seen = new ArrayList<String>();
        var conditions = conditions(updated);
        for (int i = 0; i < conditions.size(); i++) {
            var place = CONDITIONS + "[" + i + "].";
            var type = Trees.text(conditions.get(i), "type");
            var status = Trees.text(conditions.get(i), "status");
            if (type.isEmpty()) {
                problems.add(StatusCause.required(place + "type", ""));
            } else if (seen.contains(type)) {
                problems.add(StatusCause.duplicate(place + "type", type));
            } else if (APPROVALS.contains(type) && seen.stream().anyMatch(APPROVALS::contains)) {
                problems.add(StatusCause.invalid(
                        place + "type", type, "Approved and Denied conditions are mutually exclusive"));
            }
            if (FINAL.contains(type) && !status.equals("True")) {
                problems.add(StatusCause.notSupported(place + "status", status, List.of("True")));
            }
            seen.add(type);
        }
    }

    private static void checkCertificate(
            ObjectNode updated, ObjectNode old, boolean decides, List<StatusCause> problems) {
        var stored = Trees.text(old, "status", "certificate");
        if (stored.equals(Trees.text(updated, "status", "certificate"))) {
            return;
        }
        if (decides) {
            problems.add(StatusCause.forbidden("status.certificate", "updates may not set certificate content"));
        } else if (!stored.isEmpty()) {
            problems.add(
                    StatusCause.forbidden("status.certificate", "updates may not modify existing certificate content"));
        }
    }

    private static List<JsonNode> of(ObjectNode request, String type) {
        var result = new ArrayList<JsonNode>();
        for (var condition : conditions(request)) {
            if (isOf(condition, type)) {
                result.add(condition);
            }
        }
        return result;
    }

    private static boolean isOf(JsonNode condition, String type) {
        return Trees.text(condition, "type").equals(type);
    }

    private static JsonNode conditions(ObjectNode request) {
        var conditions = Trees.at(request, "status", "conditions");
        return conditions.isArray() ? conditions : Json.array();
    }
}
