package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.Remarks;
import io.luban.embeddedkube.operation.DeleteOptions;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Reads the options of writing verbs from query and body; every bad value is a 422 naming it. */
final class OptionsReader {
    private static final int MANAGER_LIMIT = 128;
    private static final String OPTIONS_GROUP = "meta.k8s.io";

    private OptionsReader() {}

    /** Options of create ({@code CreateOptions}), update or patch. */
    static WriteOptions write(Request request, String kind, Remarks remarks) {
        var problems = new ArrayList<StatusCause>();
        checkDryRun(request.queryParameters().getOrDefault("dryRun", List.of()), problems);
        var manager = request.query("fieldManager").orElse("");
        checkManager(manager, problems);
        var validation = validation(request.query("fieldValidation").orElse(""), problems);
        refuse(kind, problems);
        return new WriteOptions(
                manager.isEmpty() ? userAgent(request) : manager,
                validation,
                isDryRun(request),
                request.query("force").filter("true"::equals).isPresent(),
                remarks);
    }

    /** Refuses what only fits other types of patches. */
    static void checkPatch(Request request, boolean isApply) {
        var problems = new ArrayList<StatusCause>();
        if (isApply && request.query("fieldManager").orElse("").isEmpty()) {
            problems.add(StatusCause.required("fieldManager", "is required for apply patch"));
        }
        if (!isApply && request.query("force").isPresent()) {
            problems.add(StatusCause.forbidden("force", "may not be specified for non-apply patch"));
        }
        refuse("PatchOptions", problems);
    }

    /** Options of a deletion: the body's, where there is one, else the query's. */
    static DeleteOptions delete(Request request, Optional<ObjectNode> body) {
        var problems = new ArrayList<StatusCause>();
        var policy = policy(request, body, problems);
        var dryRuns = body.map(OptionsReader::dryRuns)
                .filter(values -> !values.isEmpty())
                .orElse(request.queryParameters().getOrDefault("dryRun", List.of()));
        checkDryRun(dryRuns, problems);
        refuse("DeleteOptions", problems);
        var preconditions = body.map(node -> node.path("preconditions")).orElse(MISSING);
        return new DeleteOptions(
                policy,
                grace(request, body),
                text(preconditions, "uid"),
                text(preconditions, "resourceVersion"),
                !dryRuns.isEmpty());
    }

    private static final JsonNode MISSING = MissingNode.getInstance();

    private static Optional<String> policy(Request request, Optional<ObjectNode> body, List<StatusCause> problems) {
        var policy = body.flatMap(node -> text(node, "propagationPolicy"))
                .or(() -> request.query("propagationPolicy").filter(value -> !value.isEmpty()));
        var orphan = body.filter(node -> node.path("orphanDependents").isBoolean())
                .map(node -> node.path("orphanDependents").asBoolean())
                .or(() -> request.query("orphanDependents").map("true"::equals));
        if (policy.isPresent() && orphan.isPresent()) {
            problems.add(StatusCause.invalid(
                    "propagationPolicy", policy.get(), "orphanDependents and deletionPropagation cannot be both set"));
        }
        var known = List.of("Foreground", "Background", "Orphan");
        policy.filter(value -> !known.contains(value))
                .ifPresent(value -> problems.add(StatusCause.notSupported(
                        "propagationPolicy", value, List.of("Foreground", "Background", "Orphan", "nil"))));
        return policy.or(() -> orphan.map(value -> value ? "Orphan" : "Background"));
    }

    private static OptionalLong grace(Request request, Optional<ObjectNode> body) {
        var inBody = body.map(node -> node.path("gracePeriodSeconds")).filter(JsonNode::isNumber);
        if (inBody.isPresent()) {
            return OptionalLong.of(inBody.get().asLong());
        }
        var inQuery = request.query("gracePeriodSeconds").filter(value -> !value.isEmpty());
        return inQuery.isPresent() ? OptionalLong.of(number(inQuery.get())) : OptionalLong.empty();
    }

    /** A decimal number of a parameter; anything else is a 400 in the words of the reference. */
    static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(text));
        }
    }

    private static boolean isDryRun(Request request) {
        return !request.queryParameters().getOrDefault("dryRun", List.of()).isEmpty();
    }

    private static void checkDryRun(List<String> values, List<StatusCause> problems) {
        if (!values.stream().allMatch("All"::equals)) {
            var list = values.stream().map(value -> "\"" + value + "\"").collect(Collectors.joining(", "));
            problems.add(new StatusCause(
                    "FieldValueNotSupported",
                    "Unsupported value: []string{" + list + "}: supported values: \"All\"",
                    "dryRun"));
        }
    }

    private static void checkManager(String manager, List<StatusCause> problems) {
        if (manager.length() > MANAGER_LIMIT) {
            problems.add(StatusCause.tooLong("fieldManager", MANAGER_LIMIT));
        }
        if (!manager.codePoints().allMatch(OptionsReader::isPrintable)) {
            problems.add(StatusCause.invalid("fieldManager", manager, "should only contain printable characters"));
        }
    }

    private static boolean isPrintable(int codePoint) {
        return !Character.isISOControl(codePoint) && Character.isDefined(codePoint);
    }

    private static FieldValidation validation(String value, List<StatusCause> problems) {
        return switch (value) {
            case "", "Warn" -> FieldValidation.WARN;
            case "Ignore" -> FieldValidation.IGNORE;
            case "Strict" -> FieldValidation.STRICT;
            default -> {
                problems.add(
                        StatusCause.notSupported("fieldValidation", value, List.of("", "Ignore", "Strict", "Warn")));
                yield FieldValidation.WARN;
            }
        };
    }

    private static String userAgent(Request request) {
        var agent = request.header("User-Agent").orElse("");
        int slash = agent.indexOf('/');
        var product = slash < 0 ? agent : agent.substring(0, slash);
        var name = product.length() > MANAGER_LIMIT ? product.substring(0, MANAGER_LIMIT) : product;
        return name.isEmpty() || !name.codePoints().allMatch(OptionsReader::isPrintable) ? "unknown" : name;
    }

    private static List<String> dryRuns(ObjectNode body) {
        var values = new ArrayList<String>();
        body.path("dryRun").forEach(value -> values.add(value.asText()));
        return values;
    }

    private static Optional<String> text(JsonNode node, String member) {
        return Optional.of(node.path(member).asText("")).filter(value -> !value.isEmpty());
    }

    private static void refuse(String kind, List<StatusCause> problems) {
        if (!problems.isEmpty()) {
            throw ApiException.invalid(OPTIONS_GROUP, kind, "", problems);
        }
    }
}
