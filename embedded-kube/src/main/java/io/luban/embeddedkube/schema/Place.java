package io.luban.embeddedkube.schema;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where in an object we are. Its text is built only when something is to be said about it, which is rare.
 *
 * @param step what leads here from {@code parent}, empty at the root
 */
record Place(@Nullable Place parent, String step, int index, Consumer<String> unknownField) {
    static Place root(Consumer<String> unknownField) {
        return new Place(null, "", -1, unknownField);
    }

    Place member(String name) {
        return new Place(this, name, -1, unknownField);
    }

    Place key(String name) {
        return new Place(this, "[" + name + "]", -1, unknownField);
    }

    Place item(int position) {
        return new Place(this, "", position, unknownField);
    }

    void reportUnknown(String name) {
        unknownField.accept(member(name).toString());
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        append(text);
        return text.toString();
    }

    private void append(StringBuilder text) {
        if (parent != null) {
            parent.append(text);
        }
        if (index >= 0) {
            text.append('[').append(index).append(']');
        } else if (!step.isEmpty()) {
            text.append(text.isEmpty() || step.startsWith("[") ? "" : ".").append(step);
        }
    }
}
