package io.luban.apiserver.ingress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.luban.kube.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the rules of an Ingress with those annotations of the usual controller that charts rely on. */
final class IngressRules {
    private static final String ANNOTATIONS = "nginx.ingress.kubernetes.io/";
    private static final String OLD_CLASS = "kubernetes.io/ingress.class";

    private final ObjectName name;
    private final JsonNode object;

    private IngressRules(ObjectNode object) {
        this.name = ObjectName.of(object);
        this.object = object;
    }

    /** What one Ingress contributes; {@code fallback} takes requests that nothing else takes; Secrets hold its certificates. */
    record Compiled(
            List<IngressRule> rules,
            Optional<IngressRule> fallback,
            List<ObjectName> certificates,
            boolean isOurs,
            String address) {}

    /** The rules of an Ingress, none when it belongs to another class than this one. */
    static Compiled compile(ObjectNode object, String className) {
        var reading = new IngressRules(object);
        var named = object.at("/spec/ingressClassName")
                .asText(object.at("/metadata/annotations").path(OLD_CLASS).asText(""));
        if (!named.isEmpty() && !named.equals(className)) {
            return new Compiled(List.of(), Optional.empty(), List.of(), false, "");
        }
        var address = object.at("/status/loadBalancer/ingress/0");
        var rules = reading.rules();
        var backend = object.at("/spec/defaultBackend/service");
        var fallback = backend.isObject()
                ? Optional.of(reading.rule("", IngressRule.Match.PREFIX, "", IngressRule.Target.SAME, backend))
                : Optional.<IngressRule>empty();
        return new Compiled(
                rules,
                fallback,
                reading.certificates(),
                true,
                address.path("ip").asText("") + ":"
                        + address.at("/ports/0/port").asText(""));
    }

    private List<ObjectName> certificates() {
        var names = new ArrayList<ObjectName>();
        for (var tls : object.at("/spec/tls")) {
            var secret = tls.path("secretName").asText("");
            if (!secret.isEmpty()) {
                names.add(new ObjectName(name.namespace(), secret));
            }
        }
        return names;
    }

    private List<IngressRule> rules() {
        var rules = new ArrayList<IngressRule>();
        for (var rule : object.at("/spec/rules")) {
            var host = rule.path("host").asText("").toLowerCase(Locale.ROOT);
            for (var path : rule.at("/http/paths")) {
                if (path.at("/backend/service").isObject()) {
                    read(host, path).ifPresent(rules::add);
                }
            }
        }
        return rules;
    }

    private Optional<IngressRule> read(String host, JsonNode node) {
        var path = node.path("path").asText("/");
        var type = node.path("pathType").asText("");
        var service = node.at("/backend/service");
        var rewrite = annotation("rewrite-target");
        boolean expression = !type.equals("Exact")
                && (annotation("use-regex").equals("true") || (rewrite.contains("$") && path.contains("(")));
        try {
            var target = rewrite.isEmpty() || rewrite.equals(path)
                    ? IngressRule.Target.SAME
                    : new IngressRule.Target(Optional.of(beginning(path)), rewrite);
            if (expression) {
                beginning(path);
                return Optional.of(rule(host, IngressRule.Match.EXPRESSION, path, target, service));
            }
            var match = type.equals("Exact") ? IngressRule.Match.EXACT : IngressRule.Match.PREFIX;
            return Optional.of(
                    rule(host, match, match == IngressRule.Match.EXACT ? path : bare(path), target, service));
        } catch (PatternSyntaxException e) {
            // One path that cannot be understood must not take the others with it.
            return Optional.empty();
        }
    }

    static Pattern beginning(String path) {
        return Pattern.compile("^" + path, Pattern.CASE_INSENSITIVE);
    }

    private IngressRule rule(
            String host, IngressRule.Match match, String path, IngressRule.Target target, JsonNode service) {
        var backend = new IngressRule.Backend(
                name.namespace(),
                service.path("name").asText(""),
                service.at("/port/number").asInt(0),
                service.at("/port/name").asText(""),
                annotation("backend-protocol").equalsIgnoreCase("HTTPS"));
        return new IngressRule(
                name, object.at("/metadata/creationTimestamp").asText(""), host, match, path, target, backend);
    }

    private String annotation(String key) {
        return object.at("/metadata/annotations").path(ANNOTATIONS + key).asText("");
    }

    private static String bare(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
