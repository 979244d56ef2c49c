package io.luban.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header fields in wire order; names compare without case. Immutable; every change answers a new value. */
public final class Headers {
    /** No fields. */
    public static final Headers EMPTY = new Headers(new String[0]);

    // Names at even, values at odd positions: one object per header block keeps the forwarding path cheap.
    private final String[] fields;

    private Headers(String[] fields) {
        this.fields = fields;
    }

    /** Name, value, name, value …; the length must be even. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("header without a value: " + namesAndValues[namesAndValues.length - 1]);
        }
        return new Headers(namesAndValues.clone());
    }

    /** Collects fields. */
    public static Builder builder() {
        return new Builder(16);
    }

    /** First value of a name. */
    public Optional<String> first(String name) {
        int at = indexOf(name, 0);
        return at < 0 ? Optional.empty() : Optional.of(fields[at + 1]);
    }

    /** All values of a name in wire order. */
    public List<String> all(String name) {
        var values = new ArrayList<String>();
        for (int at = indexOf(name, 0); at >= 0; at = indexOf(name, at + 2)) {
            values.add(fields[at + 1]);
        }
        return values;
    }

    /** Whether the name occurs. */
    public boolean contains(String name) {
        return indexOf(name, 0) >= 0;
    }

    /** Calls back for every field in wire order. */
    public void forEach(BiConsumer<String, String> consumer) {
        for (int i = 0; i < fields.length; i += 2) {
            consumer.accept(fields[i], fields[i + 1]);
        }
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
        for (int i = 0; i < fields.length; i += 2) {
            if (startsWith(fields[i], prefix)) {
                return toBuilder().removePrefix(prefix).build();
            }
        }
        return this;
    }

    /** A builder that begins with these fields. */
    public Builder toBuilder() {
        var builder = new Builder(fields.length + 8);
        System.arraycopy(fields, 0, builder.fields, 0, fields.length);
        builder.size = fields.length;
        return builder;
    }

    /** Whether a field of that name and value may stand in a message. */
    public static boolean isField(String name, String value) {
        return Fields.isToken(name) && Fields.isValue(value);
    }

    /** These; throws {@link IllegalArgumentException} when one of them would not stay a field of its own. */
    Headers requireSendable() {
        for (int i = 0; i < fields.length; i += 2) {
            if (!Fields.isToken(fields[i])) {
                throw new IllegalArgumentException("malformed name of a header");
            }
            if (Fields.hasControls(fields[i + 1])) {
                throw new IllegalArgumentException("malformed value of header " + Fields.lower(fields[i]));
            }
        }
        return this;
    }

    /** Number of fields. */
    int size() {
        return fields.length / 2;
    }

    String name(int index) {
        return fields[2 * index];
    }

    String value(int index) {
        return fields[2 * index + 1];
    }

    private int indexOf(String name, int from) {
        for (int i = from; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    /** Names only: values may be credentials. */
    @Override
    public String toString() {
        var names = new ArrayList<String>();
        forEach((name, value) -> names.add(name.toLowerCase(Locale.ROOT)));
        return "Headers" + names;
    }

    /** Collects fields in order. */
    public static final class Builder {
        private String[] fields;
        private int size;

        private Builder(int capacity) {
            fields = new String[capacity];
        }

        /** Appends a field. */
        public Builder add(String name, String value) {
            if (size + 2 > fields.length) {
                fields = Arrays.copyOf(fields, fields.length * 2 + 8);
            }
            fields[size++] = name;
            fields[size++] = value;
            return this;
        }

        /** Drops every field of the name. */
        public Builder remove(String name) {
            int kept = 0;
            for (int i = 0; i < size; i += 2) {
                if (!fields[i].equalsIgnoreCase(name)) {
                    fields[kept++] = fields[i];
                    fields[kept++] = fields[i + 1];
                }
            }
            size = kept;
            return this;
        }

        /** Drops every field whose name begins with the prefix, whatever its case. */
        public Builder removePrefix(String prefix) {
            int kept = 0;
            for (int i = 0; i < size; i += 2) {
                if (!startsWith(fields[i], prefix)) {
                    fields[kept++] = fields[i];
                    fields[kept++] = fields[i + 1];
                }
            }
            size = kept;
            return this;
        }

        /** The immutable result. */
        public Headers build() {
            return new Headers(Arrays.copyOf(fields, size));
        }
    }
}
