package io.luban.kubeschemas;

import io.luban.kubeschemas.TypeData.Array;
import io.luban.kubeschemas.TypeData.Flag;
import io.luban.kubeschemas.TypeData.Kind;
import io.luban.kubeschemas.TypeData.Member;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adds what the tables know about one member. */
final class MemberFacts {
    private final Tables tables;
    private final String type;
    private final String json;

    MemberFacts(Tables tables, String type, String json) {
        this.tables = tables;
        this.type = type;
        this.json = json;
    }

    Member member(int number, String description, boolean required, EnumSet<Flag> flags, Kind kind) {
        if (required) {
            flags.add(Flag.REQUIRED);
        }
        if (tables.isPointer(type, json)) {
            flags.add(Flag.KEEPS_ZERO);
        }
        if (tables.isAlways(type, json)) {
            flags.add(Flag.ALWAYS);
        }
        var mergeKey = "";
        var result = kind;
        for (var word : tables.merging(type, json)) {
            switch (word) {
                case "merge" -> flags.add(Flag.MERGE);
                case "replace" -> flags.add(Flag.REPLACE);
                case "retainKeys" -> flags.add(Flag.RETAIN_KEYS);
                case "set" -> result = listed((Array) kind, "SET", "");
                default -> {
                    if (word.startsWith("merge=")) {
                        flags.add(Flag.MERGE);
                        mergeKey = word.substring("merge=".length());
                    } else if (word.startsWith("map(")) {
                        result = listed((Array) kind, "MAP", word.substring(4, word.length() - 1));
                    } else {
                        throw new IllegalStateException("merging.txt: " + type + " " + json + ": unknown word " + word);
                    }
                }
            }
        }
        return new Member(json, number, description, flags, mergeKey, tables.defaultOf(type, json), result);
    }

    /** Keys are written {@code a,b=default}. */
    private static Array listed(Array array, String listType, String keys) {
        var names = new ArrayList<String>();
        Map<String, String> keyDefaults = new LinkedHashMap<>();
        for (var key : keys.isEmpty() ? new String[0] : keys.split(",", -1)) {
            int equals = key.indexOf('=');
            names.add(equals < 0 ? key : key.substring(0, equals));
            if (equals >= 0) {
                keyDefaults.put(key.substring(0, equals), key.substring(equals + 1));
            }
        }
        return new Array(array.items(), listType, names, keyDefaults);
    }
}
