package io.luban.kubeschemas;

import io.luban.kubeschemas.TypeData.Array;
import io.luban.kubeschemas.TypeData.Flag;
import io.luban.kubeschemas.TypeData.FreeMap;
import io.luban.kubeschemas.TypeData.Kind;
import io.luban.kubeschemas.TypeData.Leaf;
import io.luban.kubeschemas.TypeData.Member;
import io.luban.kubeschemas.TypeData.Reference;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * Writes the data file: gzip over a count of kinds with group, version, kind and type name, then a count of types with
 * name, length and body each, so that a reader can find one type without decoding the others.
 */
final class DataFile {
    private static final int FORMAT = 1;

    private DataFile() {}

    static void write(OutputStream target, Set<String> kinds, Collection<TypeData> types) throws IOException {
        try (var out = new DataOutputStream(new GZIPOutputStream(target))) {
            out.writeInt(FORMAT);
            out.writeInt(kinds.size());
            for (var kind : kinds) {
                text(out, Names.group(kind));
                text(out, Names.version(kind));
                text(out, Names.simple(kind));
                text(out, kind);
            }
            out.writeInt(types.size());
            for (var type : types) {
                text(out, type.name());
                var body = body(type);
                out.writeInt(body.length);
                out.write(body);
            }
        }
    }

    private static byte[] body(TypeData type) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        text(out, type.description());
        out.writeBoolean(type.atomic());
        out.writeShort(type.members().size());
        for (var member : type.members()) {
            member(out, member);
        }
        return bytes.toByteArray();
    }

    private static void member(DataOutputStream out, Member member) throws IOException {
        text(out, member.json());
        out.writeShort(member.number());
        int bits = 0;
        for (Flag flag : member.flags()) {
            bits |= flag.bit;
        }
        out.writeByte(bits);
        text(out, member.mergeKey());
        text(out, member.defaultJson());
        kind(out, member.kind());
        text(out, member.description());
    }

    private static void kind(DataOutputStream out, Kind kind) throws IOException {
        switch (kind) {
            case Leaf leaf -> {
                out.writeByte('L');
                out.writeByte(leaf.type().code);
            }
            case Reference reference -> {
                out.writeByte('R');
                text(out, reference.type());
            }
            case FreeMap map -> {
                out.writeByte('M');
                out.writeBoolean(map.atomic());
                kind(out, map.values());
            }
            case Array array -> {
                out.writeByte('A');
                text(out, array.listType());
                out.writeByte(array.keys().size());
                for (var key : array.keys()) {
                    text(out, key);
                    text(out, array.keyDefaults().getOrDefault(key, ""));
                }
                kind(out, array.items());
            }
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length);
        out.write(bytes);
    }
}
