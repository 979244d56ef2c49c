package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.util.List;
import java.util.Map;

/**
 * Text form of keys in the database: {@code deployments.apps/namespace/name}, the namespace empty for cluster scope. Parts
 * that thousands of objects have in common become one instance.
 */
final class StoreKeys {
    private static final Shared<GroupResource> RESOURCES = new Shared<>();
    private static final Shared<String> TEXTS = new Shared<>();
    private static final Shared<Map<String, String>> LABELS = new Shared<>();
    private static final Shared<List<String>> OWNERS = new Shared<>();

    private StoreKeys() {}

    static String text(ObjectKey key) {
        return key.resource() + "/" + key.namespace() + "/" + key.name();
    }

    static ObjectKey parse(String text) {
        int first = text.indexOf('/');
        int second = text.indexOf('/', first + 1);
        return shared(new ObjectKey(
                resource(text.substring(0, first)), text.substring(first + 1, second), text.substring(second + 1)));
    }

    static GroupResource resource(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new GroupResource("", text)
                : new GroupResource(text.substring(dot + 1), text.substring(0, dot));
    }

    /** The key with its common parts shared. */
    static ObjectKey shared(ObjectKey key) {
        return new ObjectKey(RESOURCES.of(key.resource()), TEXTS.of(key.namespace()), key.name());
    }

    static String sharedText(String text) {
        return TEXTS.of(text);
    }

    static Map<String, String> sharedLabels(Map<String, String> labels) {
        return labels.isEmpty() ? Map.of() : LABELS.of(Map.copyOf(labels));
    }

    static List<String> sharedOwners(List<String> uids) {
        return uids.isEmpty() ? List.of() : OWNERS.of(List.copyOf(uids));
    }
}
