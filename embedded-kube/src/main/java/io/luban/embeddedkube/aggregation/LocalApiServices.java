package io.luban.embeddedkube.aggregation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.bootstrap.NewObjects;
import io.luban.embeddedkube.discovery.GroupPriority;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Draft;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Lists every group version that this server serves itself as an APIService; they come and go with definitions. */
final class LocalApiServices implements Controller {
    private static final GroupResource DEFINITIONS =
            new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");
    private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";
    private static final String OWN_GROUP = "apiregistration.k8s.io";
    private static final int BUILT_IN_VERSION = 15;
    private static final int CUSTOM_VERSION = 100;
    private static final Map<String, Integer> VERSIONS =
            Map.of("v1.", 1, "v2.autoscaling", 30, "v1.flowcontrol.apiserver.k8s.io", 21);

    private final Cluster cluster;
    private final NewObjects objects;

    LocalApiServices(Cluster cluster, NewObjects objects) {
        this.cluster = cluster;
        this.objects = objects;
    }

    @Override
    public String name() {
        return "local-apiservices";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(DEFINITIONS) || resource.equals(RemoteApis.RESOURCE);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        // one look at everything serves every change
        queue.accept(new ObjectKey(RemoteApis.RESOURCE, "", ""));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        synchronize();
        return Outcome.done();
    }

    /** Writes what is missing and removes what is no longer served, in one transaction. */
    void synchronize() {
        var wanted = wanted();
        var changes = new ArrayList<Change>();
        for (var stored : cluster.store().snapshot(RemoteApis.RESOURCE).all()) {
            var name = stored.key().name();
            var isManaged = stored.labels().containsKey(MANAGED);
            var served = wanted.remove(name);
            if (isManaged && served == null) {
                changes.add(new Change.Delete(stored.key(), stored.revision()));
            } else if (isManaged && served != null) {
                addRestored(changes, stored, served);
            }
        }
        wanted.forEach((name, object) -> changes.add(
                new Change.Put(new ObjectKey(RemoteApis.RESOURCE, "", name), Change.ABSENT, objects.complete(object))));
        if (!changes.isEmpty()) {
            cluster.store().commit(changes);
        }
    }

    private static void addRestored(List<Change> changes, StoredObject stored, ObjectNode served) {
        var object = stored.tree();
        if (!object.path("spec").equals(served.path("spec")) || !Conditions.isTrue(object, "Available")) {
            object.set("spec", served.path("spec"));
            object.set("status", served.path("status"));
            changes.add(new Change.Put(stored.key(), stored.revision(), object));
        }
    }

    private Map<String, ObjectNode> wanted() {
        var wanted = new LinkedHashMap<String, ObjectNode>();
        for (var type : cluster.registry().all()) {
            var group = type.kind().group();
            var version = type.kind().version();
            if (!group.equals(OWN_GROUP)) {
                wanted.computeIfAbsent(version + "." + group, name -> apiService(name, group, version));
            }
        }
        return wanted;
    }

    private ObjectNode apiService(String name, String group, String version) {
        boolean isBuiltIn = GroupPriority.isBuiltIn(group);
        var spec = Json.object();
        if (!group.isEmpty()) {
            spec.put("group", group);
        }
        spec.put("groupPriorityMinimum", GroupPriority.of(group))
                .put("version", version)
                .put("versionPriority", VERSIONS.getOrDefault(name, isBuiltIn ? BUILT_IN_VERSION : CUSTOM_VERSION));
        var status = Json.object();
        Conditions.set(
                status,
                new Condition("Available", true, "Local", "Local APIServices are always available"),
                cluster.now());
        return Draft.of("apiregistration.k8s.io/v1", "APIService", "", name)
                .label(MANAGED, isBuiltIn ? "onstart" : "true")
                .with("spec", spec)
                .with("status", status)
                .json();
    }
}
