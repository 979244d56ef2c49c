package io.luban.controller.serviceaccount;

/** An object within a namespace, as the key of a loop {@code namespace/name}. */
record Place(String namespace, String name) {
    static Place of(String key) {
        int slash = key.indexOf('/');
        return new Place(key.substring(0, slash), key.substring(slash + 1));
    }

    String key() {
        return namespace + "/" + name;
    }
}
