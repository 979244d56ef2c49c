package io.luban.kubeschemas;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** One object type as it goes into the data file. */
record TypeData(String name, String description, boolean atomic, List<Member> members) {
    /**
     * A member.
     *
     * @param json name in JSON
     * @param number protobuf field number, 0 when the member does not exist there
     * @param defaultJson default value as JSON text, empty for none
     */
    record Member(
            String json,
            int number,
            String description,
            Set<Flag> flags,
            String mergeKey,
            String defaultJson,
            Kind kind) {}

    /** Yes-or-no facts about a member, each a bit in the data file. */
    enum Flag {
        REQUIRED(1),
        KEEPS_ZERO(2),
        MERGE(4),
        REPLACE(8),
        RETAIN_KEYS(16),
        INLINE(32),
        ALWAYS(64);

        final int bit;

        Flag(int bit) {
            this.bit = bit;
        }
    }

    /** Structure of a value. */
    sealed interface Kind {}

    /** A value without members of its own. */
    record Leaf(LeafType type) implements Kind {}

    /** An object type by name. */
    record Reference(String type) implements Kind {}

    /** An array. */
    record Array(Kind items, String listType, List<String> keys, Map<String, String> keyDefaults) implements Kind {}

    /** An object with free keys. */
    record FreeMap(Kind values, boolean atomic) implements Kind {}

    /** Leaves with the form they take in JSON and in protobuf, each a letter in the data file. */
    enum LeafType {
        STRING('s'),
        INT32('i'),
        INT64('l'),
        BOOL('b'),
        DOUBLE('d'),
        BYTES('x'),
        QUANTITY('q'),
        TIME('t'),
        MICRO_TIME('m'),
        INT_OR_STRING('o'),
        RAW_JSON('r'),
        STRINGS('v'),
        SCHEMA_OR_ARRAY('A'),
        SCHEMA_OR_BOOL('B'),
        SCHEMA_OR_STRINGS('S');

        final char code;

        LeafType(char code) {
            this.code = code;
        }
    }
}
