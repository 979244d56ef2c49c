package io.luban.embeddedkube.custom;

import org.jspecify.annotations.Nullable;

/** Where in an object a value stands; put into words only when there is something to say about it. */
record FieldPath(@Nullable FieldPath parent, String name, int index) {
    /** The object itself. */
    static final FieldPath ROOT = new FieldPath(null, "", -1);

    FieldPath member(String member) {
        return new FieldPath(this, member, -1);
    }

    FieldPath item(int position) {
        return new FieldPath(this, "", position);
    }

    /** {@code spec.list[0].name}; empty for the root. */
    String text() {
        var text = new StringBuilder();
        append(text);
        return text.toString();
    }

    private void append(StringBuilder text) {
        if (parent == null) {
            return;
        }
        parent.append(text);
        if (index >= 0) {
            text.append('[').append(index).append(']');
        } else {
            text.append(text.isEmpty() ? "" : ".").append(name);
        }
    }
}
