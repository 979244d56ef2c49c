package io.luban.embeddedkube.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Turns objects between a served version and the stored one. */
public interface Conversion {
    /** Same shape everywhere: only {@code apiVersion} and {@code kind} differ. */
    static Conversion none(String servedApiVersion, String storedApiVersion, String kind) {
        return new Conversion() {
            @Override
            public ObjectNode toStored(ObjectNode served) {
                return served.put("apiVersion", storedApiVersion).put("kind", kind);
            }

            @Override
            public ObjectNode toServed(ObjectNode stored) {
                return stored.put("apiVersion", servedApiVersion).put("kind", kind);
            }

            @Override
            public boolean isIdentity() {
                return servedApiVersion.equals(storedApiVersion);
            }
        };
    }

    /** The stored form; may change and answer its argument. */
    ObjectNode toStored(ObjectNode served);

    /** The served form; may change and answer its argument. */
    ObjectNode toServed(ObjectNode stored);

    /** Whether stored bytes can be served as they are. */
    boolean isIdentity();
}
