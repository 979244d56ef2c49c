package io.luban.embeddedkube.patch;

import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.PatchStrategy;

/** What strategic merge patch knows about one value: its schema and the rules of the member that holds it. */
record Shape(Schema schema, PatchStrategy strategy) {
    private static final Shape UNKNOWN = new Shape(Schema.ANY, PatchStrategy.DEFAULT);

    Shape member(String name) {
        return switch (schema) {
            case Schema.Struct struct -> {
                var field = struct.fields().get(name);
                yield field == null ? UNKNOWN : new Shape(field.schema().get(), field.patch());
            }
            case Schema.MapOf map -> new Shape(map.values().get(), PatchStrategy.DEFAULT);
            case Schema.ListOf list -> UNKNOWN;
            case Schema.Scalar scalar -> UNKNOWN;
            case Schema.Any any -> UNKNOWN;
        };
    }

    Shape item() {
        return schema instanceof Schema.ListOf list ? new Shape(list.items().get(), PatchStrategy.DEFAULT) : UNKNOWN;
    }

    boolean mergesItems() {
        return strategy.merge();
    }

    String mergeKey() {
        return strategy.mergeKey();
    }
}
