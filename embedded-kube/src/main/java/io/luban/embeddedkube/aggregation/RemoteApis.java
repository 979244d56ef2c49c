package io.luban.embeddedkube.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.discovery.RemoteGroups;
import io.luban.embeddedkube.openapi.RemoteDocuments;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.Store;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The registered servers, kept current by the commit stream, and what each said when it was last asked. Readers see one
 * immutable state at a time; changes are made under one lock.
 */
public final class RemoteApis implements RemoteGroups, RemoteDocuments, AutoCloseable {
    static final GroupResource RESOURCE = new GroupResource("apiregistration.k8s.io", "apiservices");

    private final Store store;
    private final Store.Subscription subscription;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile State state = new State(1, Map.of());

    private record State(long generation, Map<String, Known> byGroupVersion) {}

    /** A registered server; {@code answer} as it last was, {@link Answer#NONE} while it does not answer. */
    record Known(RemoteApi api, Answer answer) {}

    /** What a server says: entries of its APIResourceList, and its OpenAPI document (empty when it has none). */
    record Answer(boolean available, JsonNode resources, ObjectNode openApi) {
        static final Answer NONE = new Answer(false, Json.array(), Json.object());
    }

    RemoteApis(Store store) {
        this.store = store;
        subscription = store.watchAll(this::observe);
        read();
    }

    /** The server of a group version. */
    Optional<Known> find(String groupVersion) {
        return Optional.ofNullable(state.byGroupVersion().get(groupVersion));
    }

    /** What is registered now. */
    List<RemoteApi> registered() {
        return state.byGroupVersion().values().stream().map(Known::api).toList();
    }

    /** Notes what a server said; without effect when it is registered differently by now. */
    void answered(RemoteApi api, Answer answer) {
        changing.lock();
        try {
            var known = state.byGroupVersion().get(api.groupVersion());
            if (known != null && known.api().equals(api) && !known.answer().equals(answer)) {
                var next = new HashMap<>(state.byGroupVersion());
                next.put(api.groupVersion(), new Known(api, answer));
                state = new State(state.generation() + 1, Map.copyOf(next));
            }
        } finally {
            changing.unlock();
        }
    }

    private void observe(Event event) {
        if (event.object().key().resource().equals(RESOURCE)) {
            read();
        }
    }

    private void read() {
        changing.lock();
        try {
            var next = new HashMap<String, Known>();
            store.snapshot(RESOURCE)
                    .all()
                    .forEach(object -> RemoteApi.of(object.tree())
                            .ifPresent(api -> next.put(api.groupVersion(), new Known(api, known(api)))));
            if (!next.equals(state.byGroupVersion())) {
                state = new State(state.generation() + 1, Map.copyOf(next));
            }
        } finally {
            changing.unlock();
        }
    }

    private Answer known(RemoteApi api) {
        var known = state.byGroupVersion().get(api.groupVersion());
        return known != null && known.api().equals(api) ? known.answer() : Answer.NONE;
    }

    @Override
    public long generation() {
        return state.generation();
    }

    @Override
    public List<RemoteGroup> all() {
        var groups = new ArrayList<RemoteGroup>();
        state.byGroupVersion()
                .values()
                .forEach(known -> groups.add(new RemoteGroup(
                        known.api().group(),
                        known.api().version(),
                        known.api().priorities().group(),
                        known.api().priorities().version(),
                        known.answer().available(),
                        known.answer().resources())));
        return groups;
    }

    @Override
    public Map<String, ObjectNode> documents() {
        var documents = new HashMap<String, ObjectNode>();
        state.byGroupVersion().forEach((groupVersion, known) -> {
            if (!known.answer().openApi().isEmpty()) {
                documents.put("apis/" + groupVersion, known.answer().openApi());
            }
        });
        return documents;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
