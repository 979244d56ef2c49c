package io.luban.controller.extension;

/** Labels, annotations and finalizers of extensions. */
final class Labels {
    static final String EXTENSION = "kubesphere.io/extension-ref";
    static final String CATEGORY = "kubesphere.io/category";
    static final String MANAGED = "kubesphere.io/managed";
    static final String WORKSPACE = "kubesphere.io/workspace";
    static final String SYSTEM_WORKSPACE = "system-workspace";
    static final String COUNT = "kubesphere.io/count";
    static final String FORCE_DELETE = "kubesphere.io/force-delete";
    static final String CANCEL = "kubesphere.io/cancel";
    static final String HOST_CLUSTER = "cluster-role.kubesphere.io/host";
    static final String RETRY = "kubesphere.io/retry";
    static final String TARGET_NAMESPACE = "kubesphere.io/target-namespace";
    static final String IGNORE_DEPENDENCIES = "kubesphere.io/ignore-dependencies";
    static final String APPROVE_PERMISSIONS = "kubesphere.io/approve-permissions";
    static final String PLAN_FINALIZER = "kubesphere.io/installplan-protection";
    static final String EXTENSION_FINALIZER = "kubesphere.io/extension-protection";

    private Labels() {}

    /** The label or annotation in a JSON pointer, where a slash is written {@code ~1}. */
    static String pointer(String parent, String key) {
        return "/metadata/" + parent + "/" + key.replace("~", "~0").replace("/", "~1");
    }
}
