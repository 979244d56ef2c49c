package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.operation.DeleteOptions;
import io.luban.embeddedkube.operation.Operations.Deletion;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.watch.ListOptions;
import io.luban.embeddedkube.watch.Selection;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers delete and deletecollection. */
final class DeleteVerbs {
    private final Store store;
    private final StandardOperations operations;
    private final RequestBody bodies;

    DeleteVerbs(Store store, StandardOperations operations, RequestBody bodies) {
        this.store = store;
        this.operations = operations;
        this.bodies = bodies;
    }

    Reply delete(ResourceCall call) {
        var choice = WriteVerbs.single(call);
        if (!call.path().subresource().isEmpty()) {
            throw ApiException.methodNotAllowed();
        }
        var options = OptionsReader.delete(call.request(), bodies.options(call.request()));
        var deletion = operations.delete(call.user(), call.type(), call.target(), options, call.remarks());
        boolean showsObject = !deletion.gone() || call.type().has(Trait.OBJECT_ON_DELETE);
        var answer = showsObject ? deletion.object() : Answers.deleted(call, deletion.object());
        return Answers.object(call.request(), choice, 200, answer);
    }

    /** Deletes what the selectors choose; tries every object before it reports the first failure. */
    Reply deleteCollection(ResourceCall call) {
        var choice = WriteVerbs.single(call);
        var options = OptionsReader.delete(call.request(), bodies.options(call.request()));
        var deleted = new ArrayList<ObjectNode>();
        Optional<ApiException> failure = Optional.empty();
        for (var object : selected(call)) {
            try {
                deleted.add(delete(call, object, options).object());
            } catch (ApiException e) {
                if (e.code() != 404 && failure.isEmpty()) {
                    failure = Optional.of(e);
                }
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return Answers.object(call.request(), choice, 200, list(call, deleted));
    }

    private Deletion delete(ResourceCall call, StoredObject object, DeleteOptions options) {
        var target = Target.of(object.key().namespace(), object.key().name());
        return operations.delete(call.user(), call.type(), target, options, call.remarks());
    }

    private List<StoredObject> selected(ResourceCall call) {
        var selection = Selection.of(call.type(), call.namespace(), ListOptions.parse(call.request()));
        var result = new ArrayList<StoredObject>();
        for (var object : selection.in(store.snapshot(call.type().storage()))) {
            if (selection.matches(object)) {
                result.add(object);
            }
        }
        return result;
    }

    private ObjectNode list(ResourceCall call, List<ObjectNode> objects) {
        var list = Json.object().put("kind", call.type().names().listKind());
        list.put("apiVersion", call.type().kind().apiVersion());
        list.putObject("metadata").put("resourceVersion", Long.toString(store.revision()));
        var items = list.putArray("items");
        for (var object : objects) {
            if (!call.type().custom()) {
                object.remove(List.of("apiVersion", "kind"));
            }
            items.add(object);
        }
        return list;
    }
}
