package io.luban.embeddedkube.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.configuration.ConversionFallback;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.operation.DeleteOptions;
import io.luban.embeddedkube.operation.OperationParts;
import io.luban.embeddedkube.operation.Operations;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.registry.BuiltInRegistry;
import io.luban.embeddedkube.registry.MutableRegistry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.service.LocalServices;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.SqliteStore;
import io.luban.embeddedkube.store.Store;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomResourcesTest {
    private static final SchemaLibrary LIBRARY = SchemaLibrary.load();
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final WriteOptions OPTIONS = WriteOptions.of("test");

    @TempDir
    private Path directory;

    private Store store;
    private MutableRegistry registry;
    private Operations operations;
    private DefinitionCleanup cleanup;
    private CustomResources custom;
    private Conversions conversions;

    @BeforeEach
    void start() {
        store = SqliteStore.open(directory, Clock.systemUTC());
        registry = new MutableRegistry(BuiltInRegistry.of(LIBRARY));
        conversions = new Conversions(services(store), Ids.random(), ConversionFallback.ERROR);
        custom = new CustomResources(store, registry, LIBRARY, conversions, ExpressionSupport.off(), Clock.systemUTC());
        operations = new StandardOperations(
                new OperationParts(store, List.of(), List.of(custom), Ids.random(), Clock.systemUTC()));
        cleanup = DefinitionCleanup.start(store, registry, operations, custom);
    }

    @AfterEach
    void stop() {
        cleanup.close();
        conversions.close();
        store.close();
    }

    @Test
    void a_definition_serves_its_kind_as_soon_as_its_creation_is_answered() {
        var created = create(definitions(), "", Widgets.definition());
        assertThat(created.at("/status/acceptedNames/listKind").asText()).isEqualTo("WidgetList");
        assertThat(created.at("/status/storedVersions")).isEqualTo(Json.parse("[\"v1\"]"));
        assertThat(created.at("/status/conditions").findValuesAsText("type"))
                .containsExactlyInAnyOrder("NamesAccepted", "Established");
        assertThat(created.at("/spec/conversion/strategy").asText()).isEqualTo("None");

        var type = widgets();
        assertThat(type.names().shortNames()).containsExactly("wd");
        assertThat(type.names().categories()).containsExactly("all");
        assertThat(type.subresources())
                .extracting(ResourceType.Subresource::name)
                .containsExactly("status", "scale");
        assertThat(type.columns()).extracting(ResourceType.PrinterColumn::name).containsExactly("Name", "Size", "Age");

        var widget = create(type, namespace("g1"), widget("w1"));
        assertThat(widget.at("/spec")).isEqualTo(Json.parse("{\"color\":\"red\",\"size\":1}"));
        assertThat(widget.at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void finalizers_that_may_be_anybodys_bring_a_warning_when_they_are_added() {
        create(definitions(), "", Widgets.definition());
        var warnings = new ArrayList<String>();
        var options = new WriteOptions("test", WriteOptions.FieldValidation.WARN, false, false, warnings::add);
        var widget = widget("w1");
        widget.withObject("/metadata").putArray("finalizers").add("mine").add("x.io/hold");

        operations.create(User.SYSTEM, widgets(), namespace("g1"), widget, options);
        operations.modify(
                User.SYSTEM,
                widgets(),
                Operations.Target.of("g1", "w1"),
                live -> {
                    live.withObject("/metadata").withArray("finalizers").add("other");
                    return live;
                },
                options);

        assertThat(warnings)
                .extracting(text -> text.substring(0, text.indexOf(": prefer")))
                .containsExactly("metadata.finalizers: \"mine\"", "metadata.finalizers: \"other\"");
    }

    @Test
    void deleting_a_definition_deletes_its_instances_and_then_itself() {
        create(definitions(), "", Widgets.definition());
        var held = widget("held");
        held.withObject("/metadata").putArray("finalizers").add("x.io/hold");
        create(widgets(), namespace("g1"), widget("w1"));
        create(widgets(), "g1", held);

        var deletion = operations.delete(
                User.SYSTEM, definitions(), Operations.Target.of("", "widgets.golden.io"), DeleteOptions.BACKGROUND);
        assertThat(deletion.gone()).isFalse();
        assertThat(deletion.object().at("/status/conditions").findValuesAsText("type"))
                .contains("Terminating");
        await().until(() -> store.snapshot(widgets().storage()).size() == 1);
        assertThat(widgets().verbs()).doesNotContain("create");
        await().untilAsserted(() -> assertThat(store.snapshot(Definition.RESOURCE)
                        .all()
                        .iterator()
                        .next()
                        .tree()
                        .toString())
                .contains("1 instances remaining, finalizers remaining: x.io/hold in 1 resource" + " instances"));

        operations.modify(
                User.SYSTEM,
                widgets(),
                Operations.Target.of("g1", "held"),
                object -> {
                    object.withObject("/metadata").remove("finalizers");
                    return object;
                },
                OPTIONS);
        await().until(() -> registry.find("golden.io", "v1", "widgets").isEmpty());
        assertThat(store.snapshot(Definition.RESOURCE).size()).isZero();
    }

    @Test
    void unusable_definitions_are_refused_also_on_dry_runs() {
        var bad = Widgets.definition();
        bad.withObject("/metadata").put("name", "wrong");
        assertThatThrownBy(() -> create(definitions(), "", bad))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageStartingWith(
                        "CustomResourceDefinition.apiextensions.k8s.io \"wrong\" is invalid: metadata.name");
        assertThat(registry.find("golden.io", "v1", "widgets")).isEmpty();
    }

    @Test
    void names_that_are_taken_keep_a_definition_from_being_served() {
        create(definitions(), "", Widgets.definition());
        var rival = Widgets.definition();
        rival.withObject("/metadata").put("name", "gadgets.golden.io");
        rival.withObject("/spec/names")
                .put("plural", "gadgets")
                .put("singular", "gadget")
                .remove("shortNames");
        var created = create(definitions(), "", rival);
        var accepted = created.at("/status/conditions/0");
        assertThat(accepted.path("reason").asText()).isEqualTo("ListKindConflict");
        assertThat(accepted.path("message").asText()).isEqualTo("\"WidgetList\" is already in use");
        assertThat(registry.find("golden.io", "v1", "gadgets")).isEmpty();

        operations.delete(
                User.SYSTEM, definitions(), Operations.Target.of("", "widgets.golden.io"), DeleteOptions.BACKGROUND);
        await().until(() -> registry.find("golden.io", "v1", "gadgets").isPresent());
    }

    @Test
    void a_name_that_another_one_has_is_not_served_while_the_old_one_stays() {
        create(definitions(), "", Widgets.definition());
        var other = Widgets.definition();
        other.withObject("/metadata").put("name", "gadgets.golden.io");
        other.withObject("/spec/names")
                .put("plural", "gadgets")
                .put("singular", "gadget")
                .put("kind", "Gadget")
                .put("listKind", "GadgetList")
                .remove("shortNames");
        create(definitions(), "", other);

        var changed = operations.modify(
                User.SYSTEM,
                definitions(),
                Operations.Target.of("", "gadgets.golden.io"),
                live -> {
                    live.withObject("/spec/names")
                            .put("singular", "widget")
                            .putArray("shortNames")
                            .add("gg");
                    return live;
                },
                OPTIONS);

        assertThat(changed.at("/status/acceptedNames/singular").asText()).isEqualTo("gadget");
        assertThat(changed.at("/status/acceptedNames/shortNames/0").asText()).isEqualTo("gg");
        assertThat(changed.path("status").toString()).contains("SingularConflict", "\\\"widget\\\" is already in use");
        var served = registry.find("golden.io", "v1", "gadgets").orElseThrow();
        assertThat(served.names().singular()).isEqualTo("gadget");
        assertThat(served.names().shortNames()).containsExactly("gg");
    }

    @Test
    void a_changed_schema_holds_for_the_next_write() {
        create(definitions(), "", Widgets.definition());
        operations.modify(
                User.SYSTEM,
                definitions(),
                Operations.Target.of("", "widgets.golden.io"),
                object -> {
                    ((ObjectNode) object.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size"))
                            .put("maximum", 0);
                    return object;
                },
                OPTIONS);
        assertThatThrownBy(() -> create(widgets(), namespace("g1"), widget("w1")))
                .hasMessageContaining("should be less than or equal to 0");
    }

    @Test
    void versions_are_served_in_order_of_preference_and_deprecated_ones_warn() {
        var definition = Widgets.definition();
        var versions = (com.fasterxml.jackson.databind.node.ArrayNode) definition.at("/spec/versions");
        for (var name : List.of("v2alpha1", "v1beta2", "v10", "v2")) {
            var version = (ObjectNode) versions.get(0).deepCopy();
            version.put("name", name).put("storage", false).put("deprecated", name.contains("alpha"));
            versions.add(version);
        }
        create(definitions(), "", definition);
        assertThat(registry.all().stream()
                        .filter(ResourceType::custom)
                        .map(type -> type.kind().version()))
                .containsExactly("v10", "v2", "v1", "v1beta2", "v2alpha1");
        assertThat(registry.find("golden.io", "v2alpha1", "widgets")
                        .orElseThrow()
                        .warning())
                .isEqualTo("golden.io/v2alpha1 Widget is deprecated; use golden.io/v10 Widget");

        var newer = widget("w1").put("apiVersion", "golden.io/v2");
        var type = registry.find("golden.io", "v2", "widgets").orElseThrow();
        assertThat(create(type, namespace("g1"), newer).path("apiVersion").asText())
                .isEqualTo("golden.io/v2");
        var stored = store.get(new ObjectKey(type.storage(), "g1", "w1")).orElseThrow();
        assertThat(stored.tree().path("apiVersion").asText()).isEqualTo("golden.io/v1");
    }

    @Test
    void a_definition_without_conditions_is_missed_and_then_served() {
        stop();
        store = SqliteStore.open(directory, Clock.systemUTC());
        var definition = Widgets.definition();
        definition.withObjectProperty("metadata").put("uid", "w");
        var key = new ObjectKey(Definition.RESOURCE, "", "widgets.golden.io");
        store.commit(List.of(new Change.Put(key, Change.ABSENT, definition)));
        var unaided = new CustomResources(
                store,
                new MutableRegistry(BuiltInRegistry.of(LIBRARY)),
                LIBRARY,
                conversions,
                ExpressionSupport.off(),
                Clock.systemUTC());
        assertThat(unaided.isServing()).isFalse();
        store.close();

        start();

        await().until(() -> registry.find("golden.io", "v1", "widgets").isPresent());
        assertThat(custom.isServing()).isTrue();
        assertThat(cleanup.isWorking()).isTrue();
        cleanup.close();
        assertThat(cleanup.isWorking()).isFalse();
    }

    @Test
    void definitions_are_served_again_after_a_restart() {
        create(definitions(), "", Widgets.definition());
        stop();
        start();
        assertThat(widgets().kind().kind()).isEqualTo("Widget");
    }

    private ObjectNode create(ResourceType type, String namespace, ObjectNode object) {
        return operations.create(User.SYSTEM, type, namespace, object, OPTIONS);
    }

    private ResourceType definitions() {
        return registry.find("apiextensions.k8s.io", "v1", "customresourcedefinitions")
                .orElseThrow();
    }

    private ResourceType widgets() {
        return registry.find("golden.io", "v1", "widgets").orElseThrow();
    }

    private String namespace(String name) {
        var object = (ObjectNode) Json.parse("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\""
                + name + "\"},\"status\":{\"phase\":\"Active\"}}");
        store.commit(List.of(new Change.Put(new ObjectKey(NAMESPACES, "", name), Change.ABSENT, object)));
        return name;
    }

    private static ObjectNode widget(String name) {
        return (ObjectNode) Json.parse("{\"apiVersion\":\"golden.io/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\""
                + name + "\"},\"spec\":{\"size\":1}}");
    }

    private static ServiceResolver services(Store store) {
        return new ServiceResolver(store, new LocalServices(), Map.of());
    }
}
