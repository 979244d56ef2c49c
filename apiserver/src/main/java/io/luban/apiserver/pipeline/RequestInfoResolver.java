package io.luban.apiserver.pipeline;

import io.luban.http.Request;
import io.luban.http.RequestPath;
import io.luban.model.ApiException;
import io.luban.model.FieldSelector;
import io.luban.model.LabelRequirement;
import io.luban.model.LabelSelector;
import io.luban.model.ObjectNames;
import io.luban.model.ParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a {@link RequestInfo} from a request; 400 when the path or a selector cannot be understood. */
public final class RequestInfoResolver {
    private static final String WORKSPACE_LABEL = "kubesphere.io/workspace";
    private static final Set<String> PREFIXES = Set.of("api", "apis", "kapis", "kapi");
    private static final Map<String, Set<String>> GLOBAL_RESOURCES = Map.of(
            "iam.kubesphere.io", Set.of("users", "globalroles", "globalrolebindings"),
            "tenant.kubesphere.io", Set.of("workspaces", "clusters"),
            "cluster.kubesphere.io", Set.of("clusters", "labels"),
            "resources.kubesphere.io", Set.of("clusters", "labels"));

    private RequestInfoResolver() {}

    /** The request's info. Pure: the same request always gives the same answer. */
    public static RequestInfo resolve(Request request) {
        return new Reading(request).read();
    }

    /** One pass over the parts of a path. */
    private static final class Reading {
        private final Request request;
        private final PathParts parts;
        private String path;
        private String verb;
        private String apiPrefix = "";
        private String apiGroup = "";
        private String apiVersion = "";
        private String cluster = "";
        private String workspace = "";
        private String namespace = "";
        private String resource = "";
        private String subresource = "";
        private String name = "";
        private String scope = "";

        private Reading(Request request) {
            this.request = request;
            path = RequestPath.decodeStrictly(request.rawPath());
            parts = new PathParts(path);
            verb = request.method();
        }

        private RequestInfo read() {
            return info(readPrefix() && readVersion() && readResource());
        }

        /** Cluster and prefix; false when it is no resource request. */
        private boolean readPrefix() {
            if (parts.left() < 3) {
                return false;
            }
            if (parts.first().equals("clusters")) {
                takeCluster();
            }
            if (!PREFIXES.contains(parts.first())) {
                return false;
            }
            apiPrefix = parts.take();
            if (cluster.isEmpty() && parts.first().equals("clusters") && parts.left() > 1) {
                takeCluster();
            }
            return true;
        }

        private void takeCluster() {
            cluster = parts.second();
            if (cluster.isEmpty()) {
                throw ApiException.badRequest("cluster \"\" not exists");
            }
            path = withoutFirst(path, "/clusters/" + cluster);
            parts.drop(2);
        }

        /** Group and version; false for discovery. */
        private boolean readVersion() {
            if (apiPrefix.endsWith("s")) {
                if (parts.left() < 3) {
                    return false;
                }
                apiGroup = parts.take();
            }
            if (parts.left() < 2) {
                return false;
            }
            apiVersion = parts.take();
            return true;
        }

        private boolean readResource() {
            boolean special = parts.first().equals("proxy") || parts.first().equals("watch");
            if (special && parts.left() < 2) {
                throw ApiException.badRequest(
                        "unable to determine kind and namespace from an empty URL path %s".formatted(path));
            }
            verb = special ? parts.take() : verbOf(request.method());
            if (parts.first().equals("workspaces") || parts.first().equals("workspacetemplates")) {
                workspace = parts.second();
                if (parts.left() > 2) {
                    parts.drop(2);
                }
            }
            if (parts.first().equals("namespaces")) {
                namespace = parts.second();
                var third = parts.third();
                if (parts.left() > 2 && !third.equals("status") && !third.equals("finalize")) {
                    parts.drop(2);
                }
            }
            resource = parts.first();
            name = parts.second();
            subresource = verb.equals("proxy") ? "" : parts.third();
            scope = scopeOf();
            readSelectors();
            return true;
        }

        private String scopeOf() {
            if (GLOBAL_RESOURCES.getOrDefault(apiGroup, Set.of()).contains(resource)) {
                return workspace.isEmpty() ? "Global" : "Workspace";
            }
            if (!namespace.isEmpty()) {
                return "Namespace";
            }
            return workspace.isEmpty() ? "Cluster" : "Workspace";
        }

        private void readSelectors() {
            if (name.isEmpty() && verb.equals("get")) {
                verb = watches(request.query("watch")) ? "watch" : "list";
                request.query("fieldSelector").flatMap(Reading::requiredName).ifPresent(found -> name = found);
            } else if (name.isEmpty() && verb.equals("delete")) {
                verb = "deletecollection";
            }
            if (verb.equals("watch")) {
                watchedWorkspace().ifPresent(found -> {
                    workspace = found;
                    scope = "Workspace";
                });
            }
        }

        private static boolean watches(Optional<String> parameter) {
            return parameter
                    .map(value -> !value.equalsIgnoreCase("false") && !value.equals("0"))
                    .orElse(false);
        }

        private static Optional<String> requiredName(String fieldSelector) {
            try {
                return FieldSelector.parse(fieldSelector)
                        .requires("metadata.name")
                        .filter(found -> ObjectNames.pathSegment(found).isEmpty() && !found.isEmpty());
            } catch (ParseException | ApiException e) {
                // the server that owns the resource reports a selector that cannot be read
                return Optional.empty();
            }
        }

        /** The one workspace a watch is limited to; decides what the caller must be allowed to see. */
        private Optional<String> watchedWorkspace() {
            var selectors = request.queryParameters().get("labelSelector");
            if (selectors == null) {
                return Optional.empty();
            }
            if (selectors.size() > 1) {
                throw ApiException.badRequest("a watch takes at most one labelSelector parameter");
            }
            try {
                return LabelSelector.parse(selectors.getFirst()).requirements().stream()
                        .filter(Reading::isWorkspaceEquality)
                        .map(requirement -> requirement.values().first())
                        .findFirst();
            } catch (ParseException | ApiException e) {
                return Optional.empty();
            }
        }

        private static boolean isWorkspaceEquality(LabelRequirement requirement) {
            return requirement.key().equals(WORKSPACE_LABEL)
                    && switch (requirement.operator()) {
                        case EQUALS, IN -> requirement.values().size() == 1;
                        case NOT_EQUALS, NOT_IN, EXISTS, ABSENT, GREATER, LESS -> false;
                    };
        }

        private RequestInfo info(boolean isResource) {
            return new RequestInfo(
                    isResource,
                    isKubernetes(),
                    path,
                    verb,
                    apiPrefix,
                    isResource ? apiGroup : "",
                    isResource ? apiVersion : "",
                    cluster,
                    workspace,
                    namespace,
                    resource,
                    subresource,
                    name,
                    scope);
        }

        private boolean isKubernetes() {
            var prefix = apiPrefix;
            if (prefix.isEmpty()) {
                var remaining = new PathParts(path);
                prefix = remaining.left() <= 2 ? remaining.first() : "";
            }
            return prefix.equals("api") || prefix.equals("apis");
        }

        private static String verbOf(String method) {
            return switch (method) {
                case "POST" -> "create";
                case "GET", "HEAD" -> "get";
                case "PUT" -> "update";
                case "PATCH" -> "patch";
                case "DELETE" -> "delete";
                default -> "";
            };
        }

        private static String withoutFirst(String text, String part) {
            int at = text.indexOf(part);
            var rest = at < 0 ? text : text.substring(0, at) + text.substring(at + part.length());
            return rest.isEmpty() ? "/" : rest;
        }
    }
}
