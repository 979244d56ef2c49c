package io.luban.embeddedkube.registry;

import static io.luban.embeddedkube.registry.ResourceType.Trait.CREATE_ON_UPDATE;
import static io.luban.embeddedkube.registry.ResourceType.Trait.GENERATION;
import static io.luban.embeddedkube.registry.ResourceType.Trait.OBJECT_ON_DELETE;
import static io.luban.embeddedkube.registry.ResourceType.Trait.VERSION_REQUIRED_ON_UPDATE;

import io.luban.model.GroupResource;

/** Network, storage, nodes and scheduling. */
final class ClusterKinds {
    private ClusterKinds() {}

    static GroupKinds networking() {
        var kinds = new GroupKinds("networking.k8s.io", "v1");
        kinds.kind("ingressclasses", "IngressClass")
                .clusterScoped()
                .traits(GENERATION)
                .columns("Name, Controller, Parameters, Age");
        kinds.kind("ingresses", "Ingress")
                .shortNames("ing")
                .traits(GENERATION)
                .status()
                .columns("Name, Class, Hosts, Address, Ports, Age");
        kinds.kind("ipaddresses", "IPAddress").clusterScoped().shortNames("ip").columns("Name, ParentRef, Age");
        kinds.kind("networkpolicies", "NetworkPolicy")
                .shortNames("netpol")
                .traits(GENERATION)
                .columns("Name, Pod-Selector, Age");
        kinds.kind("servicecidrs", "ServiceCIDR").clusterScoped().status().columns("Name, CIDRs, Age");
        return kinds;
    }

    static GroupKinds storage() {
        var kinds = new GroupKinds("storage.k8s.io", "v1");
        kinds.kind("csidrivers", "CSIDriver")
                .clusterScoped()
                .traits(OBJECT_ON_DELETE, VERSION_REQUIRED_ON_UPDATE)
                .columns("Name, AttachRequired, PodInfoOnMount, StorageCapacity, TokenRequests, RequiresRepublish,"
                        + " Modes, Age");
        kinds.kind("csinodes", "CSINode")
                .clusterScoped()
                .traits(OBJECT_ON_DELETE, VERSION_REQUIRED_ON_UPDATE)
                .columns("Name, Drivers#, Age");
        kinds.kind("csistoragecapacities", "CSIStorageCapacity")
                .traits(OBJECT_ON_DELETE, VERSION_REQUIRED_ON_UPDATE)
                .columns("Name, StorageClassName, Capacity");
        kinds.kind("storageclasses", "StorageClass")
                .clusterScoped()
                .shortNames("sc")
                .traits(OBJECT_ON_DELETE)
                .columns("Name, Provisioner, ReclaimPolicy, VolumeBindingMode, AllowVolumeExpansion, Age");
        kinds.kind("volumeattachments", "VolumeAttachment")
                .clusterScoped()
                .traits(OBJECT_ON_DELETE, VERSION_REQUIRED_ON_UPDATE)
                .status()
                .columns("Name, Attacher, PV, Node, Attached, Age");
        return kinds;
    }

    static GroupKinds scheduling() {
        var kinds = new GroupKinds("scheduling.k8s.io", "v1");
        kinds.kind("priorityclasses", "PriorityClass")
                .clusterScoped()
                .shortNames("pc")
                .traits(GENERATION)
                .columns("Name, Value#, Global-Default, Age, PreemptionPolicy");
        return kinds;
    }

    static GroupKinds coordination() {
        var kinds = new GroupKinds("coordination.k8s.io", "v1");
        kinds.kind("leases", "Lease")
                .traits(CREATE_ON_UPDATE, VERSION_REQUIRED_ON_UPDATE)
                .columns("Name, Holder, Age");
        return kinds;
    }

    static GroupKinds node() {
        var kinds = new GroupKinds("node.k8s.io", "v1");
        kinds.kind("runtimeclasses", "RuntimeClass")
                .clusterScoped()
                .traits(CREATE_ON_UPDATE, VERSION_REQUIRED_ON_UPDATE)
                .columns("Name, Handler, Age");
        return kinds;
    }

    static GroupKinds discovery() {
        var kinds = new GroupKinds("discovery.k8s.io", "v1");
        kinds.kind("endpointslices", "EndpointSlice")
                .traits(GENERATION)
                .columns("Name, AddressType, Ports, Endpoints, Age");
        return kinds;
    }

    static GroupKinds events() {
        var kinds = new GroupKinds("events.k8s.io", "v1");
        kinds.kind("events", "Event")
                .shortNames("ev")
                .traits(CREATE_ON_UPDATE)
                .columns(CoreKinds.EVENT_COLUMNS)
                .selectable(
                        "regarding.kind",
                        "regarding.namespace",
                        "regarding.name",
                        "regarding.uid",
                        "regarding.apiVersion",
                        "regarding.resourceVersion",
                        "regarding.fieldPath",
                        "reason",
                        "reportingController",
                        "type")
                .storedAs(new GroupResource("", "events"), new EventConversion());
        return kinds;
    }

    static GroupKinds flowControl() {
        var kinds = new GroupKinds("flowcontrol.apiserver.k8s.io", "v1");
        kinds.kind("flowschemas", "FlowSchema")
                .clusterScoped()
                .traits(GENERATION)
                .status()
                .columns("Name, PriorityLevel, MatchingPrecedence, DistinguisherMethod, Age, MissingPL");
        kinds.kind("prioritylevelconfigurations", "PriorityLevelConfiguration")
                .clusterScoped()
                .traits(GENERATION)
                .status()
                .columns("Name, Type, NominalConcurrencyShares, Queues, HandSize, QueueLengthLimit, Age");
        return kinds;
    }
}
