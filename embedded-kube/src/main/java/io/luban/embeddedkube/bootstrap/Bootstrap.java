package io.luban.embeddedkube.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.network.AddressRange;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;

/** Brings a store to the state that every cluster starts from; what is there already is not overwritten. */
public final class Bootstrap {
    private static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final Store store;
    private final EmbeddedKubeConfig config;
    private final String caPem;
    private final NewObjects objects;
    private final NamespaceContent content;

    /** Bootstrap with the authority's certificate. */
    public Bootstrap(Store store, EmbeddedKubeConfig config, String caPem, NewObjects objects) {
        this.store = store;
        this.config = config;
        this.caPem = caPem;
        this.objects = objects;
        this.content = new NamespaceContent(caPem, objects);
    }

    /** Writes what is missing, in one transaction; call before anything is served. */
    public void run() {
        var changes = new ArrayList<Change>();
        NAMESPACES.forEach(name -> addNamespace(changes, name));
        addAbsent(changes, "", "configmaps", authentication());
        addAbsent(changes, "networking.k8s.io", "servicecidrs", serviceCidr());
        priorityClasses().forEach(item -> addAbsent(changes, "scheduling.k8s.io", "priorityclasses", item));
        if (config.simulatesWorkloads()) {
            addAbsent(changes, "storage.k8s.io", "storageclasses", storageClass());
        }
        changes.addAll(new BootstrapRoles(store, objects).changes());
        if (!changes.isEmpty()) {
            store.commit(changes);
        }
    }

    /** Points the Service {@code default/kubernetes} to the port that the server listens on. */
    public void advertise(int port) {
        var service = new ApiService(config, port);
        var changes = new ArrayList<Change>();
        addChanged(changes, "", "services", service.service(), "spec");
        addChanged(changes, "", "endpoints", service.endpoints(), "subsets");
        addChanged(changes, "discovery.k8s.io", "endpointslices", service.endpointSlice(), "endpoints", "ports");
        if (!changes.isEmpty()) {
            store.commit(changes);
        }
    }

    private void addNamespace(List<Change> changes, String name) {
        var namespace = Draft.of("v1", "Namespace", "", name)
                .label("kubernetes.io/metadata.name", name)
                .with("spec", "{'finalizers': ['kubernetes']}")
                .with("status", "{'phase': 'Active'}")
                .json();
        addAbsent(changes, "", "namespaces", namespace);
        for (var change : content.changes(name)) {
            if (store.get(change.key()).isEmpty()) {
                changes.add(change);
            }
        }
    }

    private ObjectNode authentication() {
        return Draft.of("v1", "ConfigMap", "kube-system", "extension-apiserver-authentication")
                .with("data", Json.object().put("client-ca-file", caPem))
                .json();
    }

    private ObjectNode serviceCidr() {
        var spec = Json.object();
        spec.putArray("cidrs").add(config.serviceCidr());
        return Draft.of("networking.k8s.io/v1", "ServiceCIDR", "", "kubernetes")
                .with("spec", spec)
                .with("status", "{}")
                .json();
    }

    private static List<ObjectNode> priorityClasses() {
        return List.of(
                priorityClass(
                        "system-cluster-critical",
                        2_000_000_000,
                        "Used for system critical pods that must run in the cluster, but can be moved to another node"
                                + " if necessary."),
                priorityClass(
                        "system-node-critical",
                        2_000_001_000,
                        "Used for system critical pods that must not be moved from their current node."));
    }

    private static ObjectNode priorityClass(String name, int value, String description) {
        var draft = Draft.of("scheduling.k8s.io/v1", "PriorityClass", "", name).json();
        Trees.ensure(draft, "metadata").put("generation", 1);
        return draft.put("value", value)
                .put("description", description)
                .put("preemptionPolicy", "PreemptLowerPriority");
    }

    private static ObjectNode storageClass() {
        return Draft.of("storage.k8s.io/v1", "StorageClass", "", "local-sim")
                .label("kube.luban.io/simulated", "true")
                .annotation("storageclass.kubernetes.io/is-default-class", "true")
                .json()
                .put("provisioner", "kube.luban.io/simulated")
                .put("reclaimPolicy", "Delete")
                .put("volumeBindingMode", "Immediate");
    }

    private void addAbsent(List<Change> changes, String group, String plural, ObjectNode object) {
        var key = key(group, plural, object);
        if (store.get(key).isEmpty()) {
            changes.add(new Change.Put(key, Change.ABSENT, objects.complete(object)));
        }
    }

    private void addChanged(List<Change> changes, String group, String plural, ObjectNode wanted, String... members) {
        var key = key(group, plural, wanted);
        var stored = store.get(key);
        if (stored.isEmpty()) {
            changes.add(new Change.Put(key, Change.ABSENT, objects.complete(wanted)));
            return;
        }
        var object = stored.get().tree();
        boolean isSame = true;
        for (var member : members) {
            isSame &= wanted.path(member).equals(object.path(member));
            object.set(member, wanted.path(member));
        }
        if (!isSame) {
            changes.add(new Change.Put(key, stored.get().revision(), object));
        }
    }

    private static ObjectKey key(String group, String plural, ObjectNode object) {
        return new ObjectKey(new GroupResource(group, plural), Trees.namespace(object), Trees.name(object));
    }

    /** First address of the range, which the Service {@code default/kubernetes} holds. */
    static String firstAddress(EmbeddedKubeConfig config) {
        return AddressRange.parse(config.serviceCidr()).first();
    }
}
