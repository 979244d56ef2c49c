package io.luban.embeddedkube.simulation;

import io.luban.model.GroupResource;

/** The resources that take part. */
final class Kinds {
    static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    static final GroupResource PODS = new GroupResource("", "pods");
    static final GroupResource NODES = new GroupResource("", "nodes");
    static final GroupResource SERVICES = new GroupResource("", "services");
    static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    static final GroupResource VOLUMES = new GroupResource("", "persistentvolumes");
    static final GroupResource REPLICATION_CONTROLLERS = new GroupResource("", "replicationcontrollers");
    static final GroupResource REPLICA_SETS = new GroupResource("apps", "replicasets");
    static final GroupResource DEPLOYMENTS = new GroupResource("apps", "deployments");
    static final GroupResource STATEFUL_SETS = new GroupResource("apps", "statefulsets");
    static final GroupResource DAEMON_SETS = new GroupResource("apps", "daemonsets");
    static final GroupResource REVISIONS = new GroupResource("apps", "controllerrevisions");
    static final GroupResource JOBS = new GroupResource("batch", "jobs");
    static final GroupResource CRON_JOBS = new GroupResource("batch", "cronjobs");
    static final GroupResource INGRESSES = new GroupResource("networking.k8s.io", "ingresses");
    static final GroupResource STORAGE_CLASSES = new GroupResource("storage.k8s.io", "storageclasses");
    static final GroupResource LEASES = new GroupResource("coordination.k8s.io", "leases");
    static final GroupResource AUTOSCALERS = new GroupResource("autoscaling", "horizontalpodautoscalers");
    static final GroupResource DISRUPTION_BUDGETS = new GroupResource("policy", "poddisruptionbudgets");

    private Kinds() {}
}
