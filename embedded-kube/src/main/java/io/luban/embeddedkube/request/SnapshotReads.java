package io.luban.embeddedkube.request;

import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.Json;

/** Lists whole collections. */
record SnapshotReads(Store store) implements CollectionReads {
    @Override
    public Reply list(ResourceCall call) {
        var snapshot = store.snapshot(call.type().storage());
        var list = Json.object().put("kind", call.type().names().listKind());
        list.put("apiVersion", call.type().kind().apiVersion());
        list.putObject("metadata").put("resourceVersion", Long.toString(snapshot.revision()));
        var items = list.putArray("items");
        var objects = call.namespace().isEmpty() ? snapshot.all() : snapshot.inNamespace(call.namespace());
        for (var object : objects) {
            items.add(object.tree());
        }
        return Answers.object(call.request(), MediaChoice.JSON, 200, list);
    }

    @Override
    public Reply watch(ResourceCall call) {
        throw ApiException.methodNotAllowed();
    }

    @Override
    public Reply one(ResourceCall call, StoredObject object, MediaChoice choice) {
        throw ApiException.notAcceptable("application/json");
    }
}
