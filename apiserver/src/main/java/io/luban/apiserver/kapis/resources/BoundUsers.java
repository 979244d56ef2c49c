package io.luban.apiserver.kapis.resources;

import io.luban.apiserver.view.ViewQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The modes of the users' list that show who is bound somewhere, each user with the role. */
final class BoundUsers {
    private static final String IAM = "iam.kubesphere.io/";

    /**
     * Who is bound.
     *
     * @param annotation under which each user tells the role
     * @param roles role by user
     */
    record Bound(String annotation, Map<String, String> roles) {}

    /** Which bindings count in a mode; {@code role} is the filter and the annotation for the role. */
    private record Mode(ResourceType bindings, String role, String namespace, String labels) {}

    private final Links links;

    BoundUsers(Links links) {
        this.links = links;
    }

    /** Empty when the query asks for no such mode; the first mode that it names counts. */
    Optional<Bound> find(ViewQuery query) {
        var filters = query.selection().filters();
        return mode(filters).map(mode -> new Bound(IAM + mode.role(), roles(mode, filters.get(mode.role()))));
    }

    private static Optional<Mode> mode(Map<String, String> filters) {
        if (filters.containsKey("namespace")) {
            return Optional.of(new Mode(iam("RoleBinding", true), "role", filters.getOrDefault("namespace", ""), ""));
        }
        if (filters.containsKey("workspace")) {
            var labels = "kubesphere.io/workspace=" + filters.get("workspace");
            return Optional.of(new Mode(iam("WorkspaceRoleBinding", false), "workspacerole", "", labels));
        }
        if ("true".equals(filters.get("cluster"))) {
            return Optional.of(new Mode(iam("ClusterRoleBinding", false), "clusterrole", "", ""));
        }
        return filters.containsKey("globalrole")
                ? Optional.of(new Mode(iam("GlobalRoleBinding", false), "globalrole", "", ""))
                : Optional.empty();
    }

    private static ResourceType iam(String kind, boolean isNamespaced) {
        return new ResourceType(IAM + "v1beta1", kind, kind.toLowerCase(java.util.Locale.ROOT) + "s", isNamespaced);
    }

    private Map<String, String> roles(Mode mode, @Nullable String wanted) {
        var roles = new LinkedHashMap<String, String>();
        var query = ViewQuery.of(Map.of("ascending", List.of("true")), mode.namespace(), mode.labels());
        for (var binding : links.all(mode.bindings(), query)) {
            var role = binding.at("/roleRef/name").asText("");
            for (var subject : binding.path("subjects")) {
                boolean isUser = subject.path("kind").asText("").equals("User");
                if (isUser && (wanted == null || wanted.isEmpty() || wanted.equals(role))) {
                    roles.putIfAbsent(subject.path("name").asText(""), role);
                }
            }
        }
        return roles;
    }
}
