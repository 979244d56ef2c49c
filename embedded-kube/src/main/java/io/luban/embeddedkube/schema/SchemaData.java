package io.luban.embeddedkube.schema;

import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.embeddedkube.schema.TypeDefinition.Facts;
import io.luban.embeddedkube.schema.TypeDefinition.Items;
import io.luban.embeddedkube.schema.TypeDefinition.Leaf;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.embeddedkube.schema.TypeDefinition.Member;
import io.luban.embeddedkube.schema.TypeDefinition.Reference;
import io.luban.embeddedkube.schema.TypeDefinition.Shape;
import io.luban.embeddedkube.schema.TypeDefinition.Values;
import io.luban.model.GroupVersionKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The data file of the {@code kube-schemas} module; knows where each type stands and decodes one at a time. */
final class SchemaData {
    private static final String RESOURCE = "META-INF/luban/kube-schemas.bin";
    private static final int FORMAT = 1;

    private final ByteBuffer data;
    private final Map<GroupVersionKind, String> kinds = new LinkedHashMap<>();
    private final Map<String, Integer> positions = new HashMap<>();

    private SchemaData(ByteBuffer data) {
        this.data = data;
        if (data.getInt() != FORMAT) {
            throw new IllegalStateException(RESOURCE + " was written by another version of the build");
        }
        for (int left = data.getInt(); left > 0; left--) {
            var kind = new GroupVersionKind(text(data), text(data), text(data));
            kinds.put(kind, text(data));
        }
        for (int left = data.getInt(); left > 0; left--) {
            var name = text(data);
            int length = data.getInt();
            positions.put(name, data.position());
            data.position(data.position() + length);
        }
    }

    static SchemaData load() {
        try (var in = SchemaData.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            try (var unzipped = new GZIPInputStream(in, 1 << 16)) {
                return new SchemaData(ByteBuffer.wrap(unzipped.readAllBytes()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<GroupVersionKind, String> kinds() {
        return kinds;
    }

    Optional<TypeDefinition> read(String name) {
        var position = positions.get(name);
        if (position == null) {
            return Optional.empty();
        }
        var in = data.duplicate().position(position);
        var description = text(in);
        boolean atomic = in.get() != 0;
        var members = new ArrayList<Member>();
        for (int left = in.getShort(); left > 0; left--) {
            members.add(member(in));
        }
        return Optional.of(new TypeDefinition(name, description, atomic, members));
    }

    private static Member member(ByteBuffer in) {
        var name = text(in).intern();
        int number = in.getShort();
        var facts = Facts.ofBits(in.get());
        var mergeKey = text(in);
        var defaultJson = text(in);
        var shape = shape(in);
        return new Member(name, number, text(in), facts, mergeKey, defaultJson, shape);
    }

    private static Shape shape(ByteBuffer in) {
        byte code = in.get();
        return switch (code) {
            case 'L' -> new Leaf(LeafType.ofCode(in.get()));
            case 'R' -> new Reference(text(in));
            case 'M' -> {
                boolean atomic = in.get() != 0;
                yield new Values(shape(in), atomic);
            }
            case 'A' -> items(in);
            default -> throw new IllegalStateException("schema data: unknown shape " + code);
        };
    }

    private static Items items(ByteBuffer in) {
        var listType = text(in);
        List<String> keys = new ArrayList<>();
        Map<String, String> keyDefaults = new HashMap<>();
        for (int left = in.get(); left > 0; left--) {
            var key = text(in);
            keys.add(key);
            var value = text(in);
            if (!value.isEmpty()) {
                keyDefaults.put(key, value);
            }
        }
        var type = listType.isEmpty() ? ListType.ATOMIC : ListType.valueOf(listType);
        return new Items(shape(in), type, List.copyOf(keys), Map.copyOf(keyDefaults));
    }

    private static String text(ByteBuffer in) {
        var bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
