package io.luban.embeddedkube.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.bootstrap.Bootstrap;
import io.luban.embeddedkube.bootstrap.NamespaceContent;
import io.luban.embeddedkube.bootstrap.NewObjects;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.operation.OperationParts;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.ControllerRunner;
import io.luban.embeddedkube.registry.BuiltInRegistry;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The writing verbs over a store in memory with the objects of a fresh cluster, and controllers of choice on them. */
public final class TestCluster implements AutoCloseable {
    private static final Registry REGISTRY = BuiltInRegistry.of(SchemaLibrary.load());

    private final MemoryStore store = new MemoryStore();
    private final List<AdmissionPlugin> admission = new ArrayList<>();
    private final List<CommitParticipant> participants = new ArrayList<>();
    private final List<ControllerRunner> open = new ArrayList<>();
    private final NamespaceContent content;
    private Optional<Cluster> cluster = Optional.empty();

    public TestCluster() {
        var objects = new NewObjects(Ids.random(), Clock.systemUTC());
        content = new NamespaceContent("PEM", objects);
        participants.add(content);
        new Bootstrap(store, config(), "PEM", objects).run();
    }

    public static EmbeddedKubeConfig config() {
        var base = EmbeddedKubeConfig.of(Path.of("unused"));
        return base.onPort(0).simulating(true, Duration.ofMillis(10));
    }

    public static Registry registry() {
        return REGISTRY;
    }

    public MemoryStore store() {
        return store;
    }

    public NamespaceContent content() {
        return content;
    }

    /** Adds a plug-in; before the first write. */
    public TestCluster with(AdmissionPlugin plugin) {
        admission.add(plugin);
        return this;
    }

    /** Adds a participant; before the first write. */
    public TestCluster with(CommitParticipant participant) {
        participants.add(participant);
        return this;
    }

    public Cluster cluster() {
        if (cluster.isEmpty()) {
            var parts = new OperationParts(store, admission, participants, Ids.random(), Clock.systemUTC());
            var operations = new StandardOperations(parts);
            cluster = Optional.of(new Cluster(store, REGISTRY, operations, Clock.systemUTC(), "test"));
        }
        return cluster.orElseThrow();
    }

    /** Starts controllers. */
    @SafeVarargs
    public final TestCluster running(Function<Cluster, Controller>... controllers) {
        var made = new ArrayList<Controller>();
        for (var controller : controllers) {
            made.add(controller.apply(cluster()));
        }
        open.add(ControllerRunner.start(store, made));
        return this;
    }

    /** Creates an object from JSON with apostrophes for quotation marks. */
    public ObjectNode create(String json) {
        var object = (ObjectNode) Json.parse(json.replace('\'', '"'));
        return cluster().create(resource(object), object).orElseThrow();
    }

    public Optional<ObjectNode> find(String plural, String namespace, String name) {
        return cluster().get(resource(plural), namespace, name);
    }

    public ObjectNode get(String plural, String namespace, String name) {
        return find(plural, namespace, name).orElseThrow();
    }

    public List<ObjectNode> list(String plural, String namespace) {
        return cluster().list(resource(plural), namespace);
    }

    public void delete(String plural, String namespace, String name, String policy) {
        var object = get(plural, namespace, name);
        cluster().delete(Cluster.key(resource(plural), object), Trees.uid(object), policy);
    }

    /** {@code deployments.apps} or {@code pods}. */
    public static GroupResource resource(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new GroupResource("", text)
                : new GroupResource(text.substring(dot + 1), text.substring(0, dot));
    }

    private static GroupResource resource(ObjectNode object) {
        return REGISTRY.all().stream()
                .filter(type -> type.kind().apiVersion().equals(Trees.text(object, "apiVersion"))
                        && type.kind().kind().equals(Trees.text(object, "kind")))
                .map(ResourceType::resource)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        open.forEach(ControllerRunner::close);
        store.close();
    }
}
