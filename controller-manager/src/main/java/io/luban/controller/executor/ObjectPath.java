package io.luban.controller.executor;

import java.util.List;

/**
 * The object or collection a Kubernetes path is about.
 *
 * @param group API group, empty for the core group
 * @param namespace empty for cluster-scoped objects
 * @param resource plural name, empty when the path is not about objects
 * @param name empty for a collection
 * @param subresource empty for the object itself
 */
record ObjectPath(String group, String namespace, String resource, String name, String subresource) {
    private static final ObjectPath NONE = new ObjectPath("", "", "", "", "");

    static ObjectPath parse(String path) {
        var parts = List.of(path.replaceFirst("^/", "").split("/", -1));
        boolean core = parts.size() >= 3 && "api".equals(parts.getFirst());
        boolean grouped = parts.size() >= 4 && "apis".equals(parts.getFirst());
        if (!core && !grouped) {
            return NONE;
        }
        var group = core ? "" : parts.get(1);
        var rest = parts.subList(core ? 2 : 3, parts.size());
        boolean inNamespace = rest.size() >= 3 && "namespaces".equals(rest.getFirst()) && !isOfNamespace(rest.get(2));
        var namespace = inNamespace ? rest.get(1) : "";
        var tail = inNamespace ? rest.subList(2, rest.size()) : rest;
        return new ObjectPath(group, namespace, tail.getFirst(), at(tail, 1), at(tail, 2));
    }

    boolean isObject() {
        return !resource.isEmpty() && subresource.isEmpty();
    }

    /** Subresources of the Namespace object itself look like collections in it. */
    private static boolean isOfNamespace(String part) {
        return "status".equals(part) || "finalize".equals(part);
    }

    private static String at(List<String> parts, int index) {
        return index < parts.size() ? parts.get(index) : "";
    }

    @Override
    public String toString() {
        var kind = group.isEmpty() ? resource : resource + "." + group;
        var object = namespace.isEmpty() ? name : namespace + "/" + name;
        return subresource.isEmpty() ? kind + " " + object : kind + " " + object + " (" + subresource + ")";
    }
}
