package io.luban.embeddedkube.policy;

import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.ExpressionEngine.Variable;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.expression.ValueType.Kind;
import io.luban.embeddedkube.expression.ValueType.ListKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The variables of expressions about requests. */
final class RequestVariables {
    private static final ValueType TEXT = scalar(Kind.STRING);
    private static final ValueType TIME = scalar(Kind.TIMESTAMP);
    private static final ValueType TEXTS = new ValueType.ListOf(TEXT, Long.MAX_VALUE, ListKind.ATOMIC, List.of());
    private static final ValueType LABELS = new ValueType.MapOf(TEXT, Long.MAX_VALUE);
    private static final ValueType KIND =
            new ValueType.Struct("kubernetes.GroupVersionKind", Map.of("group", TEXT, "version", TEXT, "kind", TEXT));
    private static final ValueType RESOURCE = new ValueType.Struct(
            "kubernetes.GroupVersionResource", Map.of("group", TEXT, "version", TEXT, "resource", TEXT));
    private static final ValueType USER = new ValueType.Struct(
            "kubernetes.UserInfo",
            Map.of(
                    "username",
                    TEXT,
                    "uid",
                    TEXT,
                    "groups",
                    TEXTS,
                    "extra",
                    new ValueType.MapOf(TEXTS, Long.MAX_VALUE)));
    private static final ValueType REQUEST = new ValueType.Struct(
            "kubernetes.AdmissionRequest",
            Map.ofEntries(
                    Map.entry("kind", KIND),
                    Map.entry("resource", RESOURCE),
                    Map.entry("subResource", TEXT),
                    Map.entry("requestKind", KIND),
                    Map.entry("requestResource", RESOURCE),
                    Map.entry("requestSubResource", TEXT),
                    Map.entry("name", TEXT),
                    Map.entry("namespace", TEXT),
                    Map.entry("operation", TEXT),
                    Map.entry("userInfo", USER),
                    Map.entry("dryRun", scalar(Kind.BOOL)),
                    Map.entry("options", ValueType.ANY)));
    private static final ValueType NAMESPACE = new ValueType.Struct(
            "kubernetes.Namespace",
            Map.of(
                    "metadata",
                    new ValueType.Struct(
                            "kubernetes.NamespaceMetadata",
                            Map.of(
                                    "name", TEXT,
                                    "generateName", TEXT,
                                    "namespace", TEXT,
                                    "labels", LABELS,
                                    "annotations", LABELS,
                                    "uid", TEXT,
                                    "creationTimestamp", TIME,
                                    "deletionTimestamp", TIME,
                                    "generation", scalar(Kind.INT),
                                    "resourceVersion", TEXT)),
                    "spec",
                    new ValueType.Struct("kubernetes.NamespaceSpec", Map.of("finalizers", TEXTS)),
                    "status",
                    new ValueType.Struct("kubernetes.NamespaceStatus", Map.of("phase", TEXT))));

    private RequestVariables() {}

    private static ValueType scalar(Kind kind) {
        return new ValueType.Scalar(kind, Long.MAX_VALUE);
    }

    /** What match conditions of webhooks see. */
    static List<Variable> ofRequest(ValueType object) {
        return List.of(
                new Variable("object", object),
                new Variable("oldObject", object),
                new Variable("request", REQUEST),
                new Variable("authorizer", scalar(Kind.ACCESS)),
                new Variable("authorizer.requestResource", scalar(Kind.RESOURCE_ACCESS)));
    }

    /** What expressions of policies see; {@code results} are the variables that the policy defines. */
    static List<Variable> ofPolicy(ValueType object, boolean hasParams, Map<String, Expression> results) {
        var variables = new ArrayList<>(ofRequest(object));
        variables.add(new Variable("namespaceObject", NAMESPACE));
        variables.add(new Variable("variables", new ValueType.Results(results)));
        if (hasParams) {
            variables.add(new Variable("params", ValueType.ANY));
        }
        return List.copyOf(variables);
    }
}
