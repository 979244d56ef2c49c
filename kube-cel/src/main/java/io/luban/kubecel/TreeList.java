package io.luban.kubecel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.expression.ValueType.ListKind;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;

/** An array as a list of the language. */
final class TreeList extends AbstractList<Object> {
    static final ValueType.ListOf UNTYPED =
            new ValueType.ListOf(ValueType.ANY, Long.MAX_VALUE, ListKind.ATOMIC, List.of());

    private final ArrayNode array;
    private final ValueType.ListOf type;

    TreeList(ArrayNode array, ValueType.ListOf type) {
        this.array = array;
        this.type = type;
    }

    ValueType.ListOf type() {
        return type;
    }

    @Override
    public Object get(int index) {
        Objects.checkIndex(index, array.size());
        return TreeValues.of(array.get(index), type.items());
    }

    @Override
    public int size() {
        return array.size();
    }
}
