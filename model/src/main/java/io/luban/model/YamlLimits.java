package io.luban.model;

/**
 * How much a YAML text may ask of its reader.
 *
 * @param characters longest text
 * @param aliases most references to anchors
 * @param depth deepest nesting
 */
public record YamlLimits(int characters, int aliases, int depth) {
    /** What may be read at all. */
    public static final YamlLimits NONE = new YamlLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Json.MAX_DEPTH);
}
