package io.luban.embeddedkube.registry;

import static io.luban.embeddedkube.registry.ResourceType.Trait.CREATE_ON_UPDATE;
import static io.luban.embeddedkube.registry.ResourceType.Trait.GENERATION;
import static io.luban.embeddedkube.registry.ResourceType.Trait.OBJECT_ON_DELETE;

import io.luban.model.GroupVersionKind;

/** The core group. */
final class CoreKinds {
    static final String EVENT_COLUMNS =
            "Last Seen, Type, Reason, Object, Subobject*, Source*, Message, First Seen*, Count*, Name*";

    private CoreKinds() {}

    static GroupKinds core() {
        var kinds = new GroupKinds("", "v1");
        kinds.kind("bindings", "Binding").computed();
        kinds.kind("componentstatuses", "ComponentStatus")
                .clusterScoped()
                .verbs("get", "list")
                .shortNames("cs")
                .columns("Name, Status, Message, Error")
                .warning("v1 ComponentStatus is deprecated in v1.19+");
        data(kinds);
        cluster(kinds);
        storage(kinds);
        pods(kinds);
        policy(kinds);
        services(kinds);
        return kinds;
    }

    private static void data(GroupKinds kinds) {
        kinds.kind("configmaps", "ConfigMap").shortNames("cm").columns("Name, Data, Age");
        kinds.kind("events", "Event")
                .shortNames("ev")
                .traits(CREATE_ON_UPDATE)
                .columns(EVENT_COLUMNS)
                .selectable(
                        "involvedObject.kind",
                        "involvedObject.namespace",
                        "involvedObject.name",
                        "involvedObject.uid",
                        "involvedObject.apiVersion",
                        "involvedObject.resourceVersion",
                        "involvedObject.fieldPath",
                        "reason",
                        "reportingComponent",
                        "source",
                        "type");
        kinds.kind("secrets", "Secret").columns("Name, Type, Data, Age").selectable("type");
    }

    private static void cluster(GroupKinds kinds) {
        kinds.kind("namespaces", "Namespace")
                .clusterScoped()
                .verbs("create", "delete", "get", "list", "patch", "update", "watch")
                .shortNames("ns")
                .traits(OBJECT_ON_DELETE)
                .subresource("finalize", "update")
                .status()
                .columns("Name, Status, Age")
                .selectable("status.phase");
        kinds.kind("nodes", "Node")
                .clusterScoped()
                .shortNames("no")
                .subresource("proxy", core("NodeProxyOptions"), "create", "delete", "get", "patch", "update")
                .status()
                .columns("Name, Status, Roles, Age, Version, Internal-IP*, External-IP*, OS-Image*, Kernel-Version*,"
                        + " Container-Runtime*")
                .selectable("spec.unschedulable");
    }

    private static void storage(GroupKinds kinds) {
        kinds.kind("persistentvolumeclaims", "PersistentVolumeClaim")
                .shortNames("pvc")
                .traits(OBJECT_ON_DELETE)
                .status()
                .columns("Name, Status, Volume, Capacity, Access Modes, StorageClass, VolumeAttributesClass, Age,"
                        + " VolumeMode*");
        kinds.kind("persistentvolumes", "PersistentVolume")
                .clusterScoped()
                .shortNames("pv")
                .traits(OBJECT_ON_DELETE)
                .status()
                .columns("Name, Capacity, Access Modes, Reclaim Policy, Status, Claim, StorageClass,"
                        + " VolumeAttributesClass, Reason, Age, VolumeMode*");
    }

    private static void pods(GroupKinds kinds) {
        kinds.kind("pods", "Pod")
                .shortNames("po")
                .category("all")
                .traits(OBJECT_ON_DELETE, GENERATION)
                .subresource("attach", core("PodAttachOptions"), "create", "get")
                .subresource("binding", core("Binding"), "create")
                .part("ephemeralcontainers")
                .subresource("eviction", new GroupVersionKind("policy", "v1", "Eviction"), "create")
                .subresource("exec", core("PodExecOptions"), "create", "get")
                .subresource("log", "get")
                .subresource("portforward", core("PodPortForwardOptions"), "create", "get")
                .subresource("proxy", core("PodProxyOptions"), "create", "delete", "get", "patch", "update")
                .part("resize")
                .status()
                .columns("Name, Ready, Status, Restarts, Age, IP*, Node*, Nominated Node*, Readiness Gates*")
                .selectable(
                        "spec.nodeName",
                        "spec.restartPolicy",
                        "spec.schedulerName",
                        "spec.serviceAccountName",
                        "spec.hostNetwork",
                        "status.phase",
                        "status.podIP",
                        "status.podIPs",
                        "status.nominatedNodeName");
        kinds.kind("podtemplates", "PodTemplate")
                .traits(OBJECT_ON_DELETE, GENERATION)
                .columns("Name, Containers, Images, Pod Labels");
        kinds.kind("replicationcontrollers", "ReplicationController")
                .shortNames("rc")
                .category("all")
                .traits(GENERATION)
                .scale()
                .status()
                .columns("Name, Desired#, Current#, Ready#, Age, Containers*, Images*, Selector*")
                .selectable("status.replicas");
    }

    private static void policy(GroupKinds kinds) {
        kinds.kind("limitranges", "LimitRange")
                .shortNames("limits")
                .traits(CREATE_ON_UPDATE)
                .columns("Name, Created At");
        kinds.kind("resourcequotas", "ResourceQuota")
                .shortNames("quota")
                .traits(OBJECT_ON_DELETE)
                .status()
                .columns("Name, Request, Limit, Age");
    }

    private static void services(GroupKinds kinds) {
        kinds.kind("endpoints", "Endpoints")
                .shortNames("ep")
                .traits(CREATE_ON_UPDATE)
                .columns("Name, Endpoints, Age")
                .warning("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
        kinds.kind("serviceaccounts", "ServiceAccount")
                .shortNames("sa")
                .traits(OBJECT_ON_DELETE)
                .subresource("token", new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"), "create")
                .columns("Name, Secrets, Age");
        kinds.kind("services", "Service")
                .shortNames("svc")
                .category("all")
                .traits(OBJECT_ON_DELETE, CREATE_ON_UPDATE)
                .subresource("proxy", core("ServiceProxyOptions"), "create", "delete", "get", "patch", "update")
                .status()
                .columns("Name, Type, Cluster-IP, External-IP, Port(s), Age, Selector*")
                .selectable("spec.clusterIP", "spec.type");
    }

    private static GroupVersionKind core(String kind) {
        return new GroupVersionKind("", "v1", kind);
    }
}
