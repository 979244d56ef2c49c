package io.luban.embeddedkube.registry;

import static io.luban.embeddedkube.registry.ResourceType.Trait.GENERATION;
import static io.luban.embeddedkube.registry.ResourceType.Trait.VERSION_REQUIRED_ON_UPDATE;

import io.luban.model.GroupResource;

/** Workloads and what scales and protects them: apps, batch, autoscaling, policy. */
final class WorkloadKinds {
    private WorkloadKinds() {}

    static GroupKinds apps() {
        var kinds = new GroupKinds("apps", "v1");
        kinds.kind("controllerrevisions", "ControllerRevision").columns("Name, Controller, Revision, Age");
        kinds.kind("daemonsets", "DaemonSet")
                .shortNames("ds")
                .category("all")
                .traits(GENERATION)
                .status()
                .columns("Name, Desired#, Current#, Ready#, Up-to-date#, Available#, Node Selector, Age, Containers*,"
                        + " Images*, Selector*");
        kinds.kind("deployments", "Deployment")
                .shortNames("deploy")
                .category("all")
                .traits(GENERATION)
                .scale()
                .status()
                .columns("Name, Ready, Up-to-date, Available, Age, Containers*, Images*, Selector*");
        kinds.kind("replicasets", "ReplicaSet")
                .shortNames("rs")
                .category("all")
                .traits(GENERATION)
                .scale()
                .status()
                .columns("Name, Desired#, Current#, Ready#, Age, Containers*, Images*, Selector*");
        kinds.kind("statefulsets", "StatefulSet")
                .shortNames("sts")
                .category("all")
                .traits(GENERATION)
                .scale()
                .status()
                .columns("Name, Ready, Age, Containers*, Images*");
        return kinds;
    }

    static GroupKinds batch() {
        var kinds = new GroupKinds("batch", "v1");
        kinds.kind("cronjobs", "CronJob")
                .shortNames("cj")
                .category("all")
                .traits(GENERATION)
                .status()
                .columns("Name, Schedule, Timezone, Suspend?, Active#, Last Schedule, Age, Containers*, Images*,"
                        + " Selector*");
        kinds.kind("jobs", "Job")
                .category("all")
                .traits(GENERATION)
                .status()
                .columns("Name, Status, Completions, Duration, Age, Containers*, Images*, Selector*")
                .selectable("status.successful");
        return kinds;
    }

    static GroupKinds autoscalingV2() {
        var kinds = new GroupKinds("autoscaling", "v2");
        autoscaler(kinds);
        return kinds;
    }

    static GroupKinds autoscalingV1() {
        var kinds = new GroupKinds("autoscaling", "v1");
        autoscaler(kinds)
                .storedAs(new GroupResource("autoscaling", "horizontalpodautoscalers"), new AutoscalerConversion());
        return kinds;
    }

    private static KindBuilder autoscaler(GroupKinds kinds) {
        return kinds.kind("horizontalpodautoscalers", "HorizontalPodAutoscaler")
                .shortNames("hpa")
                .category("all")
                .status()
                .columns("Name, Reference, Targets, MinPods, MaxPods, Replicas, Age");
    }

    static GroupKinds policy() {
        var kinds = new GroupKinds("policy", "v1");
        kinds.kind("poddisruptionbudgets", "PodDisruptionBudget")
                .shortNames("pdb")
                .traits(GENERATION, VERSION_REQUIRED_ON_UPDATE)
                .status()
                .columns("Name, Min Available, Max Unavailable, Allowed Disruptions#, Age");
        return kinds;
    }
}
