package io.luban.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header fields in wire order; names compare without case. Immutable; every change answers a new value. */
public final class Headers {
    /** No fields. */
    public static final Headers EMPTY = new Headers(List.of());

    private record Field(String name, String value) {}

    private final List<Field> fields;

    private Headers(List<Field> fields) {
        this.fields = fields;
    }

    /** Name, value, name, value …; the length must be even. */
    public static Headers of(String... namesAndValues) {
        var builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /** Collects fields. */
    public static Builder builder() {
        return new Builder();
    }

    /** First value of a name. */
    public Optional<String> first(String name) {
        for (var field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                return Optional.of(field.value);
            }
        }
        return Optional.empty();
    }

    /** All values of a name in wire order. */
    public List<String> all(String name) {
        var values = new ArrayList<String>();
        for (var field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                values.add(field.value);
            }
        }
        return values;
    }

    /** Whether the name occurs. */
    public boolean contains(String name) {
        return first(name).isPresent();
    }

    /** Calls back for every field in wire order. */
    public void forEach(BiConsumer<String, String> consumer) {
        fields.forEach(field -> consumer.accept(field.name, field.value));
    }

    /** All values of the name replaced by one. */
    public Headers with(String name, String value) {
        return toBuilder().remove(name).add(name, value).build();
    }

    /** One more value of the name. */
    public Headers plus(String name, String value) {
        return toBuilder().add(name, value).build();
    }

    /** Without any field of the name. */
    public Headers without(String name) {
        return contains(name) ? toBuilder().remove(name).build() : this;
    }

    /** Without every field whose name begins with the prefix, whatever its case. */
    public Headers withoutPrefix(String prefix) {
        var lower = prefix.toLowerCase(Locale.ROOT);
        var kept = fields.stream()
                .filter(field -> !field.name.toLowerCase(Locale.ROOT).startsWith(lower))
                .toList();
        return kept.size() == fields.size() ? this : new Headers(kept);
    }

    /** A builder that begins with these fields. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.fields.addAll(fields);
        return builder;
    }

    @Override
    public String toString() {
        return fields.size() + " header fields";
    }

    /** Collects fields in order. */
    public static final class Builder {
        private final List<Field> fields = new ArrayList<>();

        private Builder() {}

        /** Appends a field. */
        public Builder add(String name, String value) {
            fields.add(new Field(name, value));
            return this;
        }

        /** Drops every field of the name. */
        public Builder remove(String name) {
            fields.removeIf(field -> field.name.equalsIgnoreCase(name));
            return this;
        }

        /** The immutable result. */
        public Headers build() {
            return new Headers(List.copyOf(fields));
        }
    }
}
