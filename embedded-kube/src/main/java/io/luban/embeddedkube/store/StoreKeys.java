package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;

/** Text form of keys in the database: {@code deployments.apps/namespace/name}, the namespace empty for cluster scope. */
final class StoreKeys {
    private StoreKeys() {}

    static String text(ObjectKey key) {
        return key.resource() + "/" + key.namespace() + "/" + key.name();
    }

    static ObjectKey parse(String text) {
        int first = text.indexOf('/');
        int second = text.indexOf('/', first + 1);
        return new ObjectKey(
                resource(text.substring(0, first)),
                text.substring(first + 1, second).intern(),
                text.substring(second + 1));
    }

    static GroupResource resource(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new GroupResource("", text)
                : new GroupResource(text.substring(dot + 1), text.substring(0, dot));
    }
}
