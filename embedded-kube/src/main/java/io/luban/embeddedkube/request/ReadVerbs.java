package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.Authenticator;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.table.ScaleTable;
import io.luban.embeddedkube.watch.Form;
import io.luban.embeddedkube.watch.Reader;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Supplier;

/** Answers get, list and watch. */
final class ReadVerbs {
    private static final Set<String> PARTS = Set.of("", "status", "approval", "ephemeralcontainers", "resize");

    private final Store store;
    private final StandardOperations operations;
    private final Reader reader;
    private final WatchQuota quota = new WatchQuota(WatchQuota.PER_USER);

    ReadVerbs(Store store, StandardOperations operations, Reader reader) {
        this.store = store;
        this.operations = operations;
        this.reader = reader;
    }

    Reply list(ResourceCall call) {
        var choice = MediaChoice.of(call.request(), form -> form != MediaChoice.PARTIAL);
        var list = reader.list(call.request(), call.type(), call.namespace(), form(choice));
        return Answers.recoded(call.request(), choice, list);
    }

    Reply watch(ResourceCall call) {
        var choice =
                MediaChoice.of(call.request(), form -> form != MediaChoice.YAML && form != MediaChoice.PARTIAL_LIST);
        Supplier<Reply> start = () -> reader.watch(selectingName(call), call.type(), call.namespace(), form(choice));
        boolean isOwnProcess =
                call.request().attribute(Authenticator.TRUSTED_USER).isPresent();
        return isOwnProcess ? start.get() : quota.within(call.user(), start);
    }

    /** The deprecated path of a watch may name one object; selectors say the same. */
    private static Request selectingName(ResourceCall call) {
        var name = call.path().name();
        if (!call.path().watchesByPath() || name.isEmpty()) {
            return call.request();
        }
        var query = call.request().rawQuery();
        var selector = "fieldSelector=" + URLEncoder.encode("metadata.name=" + name, StandardCharsets.UTF_8);
        return call.request().withTarget(call.request().rawPath(), query.isEmpty() ? selector : query + "&" + selector);
    }

    private static Form form(MediaChoice choice) {
        return switch (choice) {
            case JSON, YAML -> Form.OBJECT;
            case TABLE -> Form.TABLE;
            case TABLE_BETA -> Form.TABLE_BETA;
            case PARTIAL, PARTIAL_LIST -> Form.PARTIAL;
        };
    }

    Reply get(ResourceCall call) {
        var subresource = call.path().subresource();
        if (PARTS.contains(subresource)) {
            return object(call);
        }
        return switch (subresource) {
            case "scale" -> scale(call);
            default -> throw ApiException.noSuchResource();
        };
    }

    private Reply object(ResourceCall call) {
        var choice = MediaChoice.of(call.request(), form -> form != MediaChoice.PARTIAL_LIST);
        var stored = stored(call);
        return switch (choice) {
            case JSON, YAML -> Answers.encoded(call.request(), choice, 200, served(call, stored));
            case TABLE, TABLE_BETA, PARTIAL, PARTIAL_LIST ->
                Answers.recoded(call.request(), choice, reader.one(call.request(), call.type(), stored, form(choice)));
        };
    }

    private static byte[] served(ResourceCall call, StoredObject stored) {
        return call.type().conversion().served(stored);
    }

    private Reply scale(ResourceCall call) {
        var choice =
                MediaChoice.of(call.request(), form -> form != MediaChoice.PARTIAL && form != MediaChoice.PARTIAL_LIST);
        var scale = operations.scaleOf(call.type(), call.type().conversion().servedTree(stored(call)));
        return switch (choice) {
            case TABLE ->
                Answers.object(call.request(), MediaChoice.JSON, 200, ScaleTable.of(scale, "v1", reader.now()));
            case TABLE_BETA ->
                Answers.object(call.request(), MediaChoice.JSON, 200, ScaleTable.of(scale, "v1beta1", reader.now()));
            case JSON, YAML, PARTIAL, PARTIAL_LIST -> Answers.object(call.request(), choice, 200, scale);
        };
    }

    private StoredObject stored(ResourceCall call) {
        return store.get(call.key())
                .orElseThrow(() -> ApiException.notFound(
                        call.type().resource(), call.path().name()));
    }
}
