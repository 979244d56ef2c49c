package io.luban.model.configuration;

import java.util.List;
import java.util.Map;

/**
 * Values that were set; what was not has its default.
 *
 * @param values by the name of their key, of the key's type
 * @param unknown sentences on keys that nobody reads, each with the nearest known one
 */
public record Settings(Map<String, Object> values, List<String> unknown) {
    /** Defensive copies. */
    public Settings {
        values = Map.copyOf(values);
        unknown = List.copyOf(unknown);
    }

    /** Nothing set. */
    public static Settings defaults() {
        return new Settings(Map.of(), List.of());
    }

    /** The value of a setting. */
    @SuppressWarnings("unchecked") // values are read by the type of their key
    public <T> T value(Key<T> key) {
        var set = values.get(key.name());
        return set == null ? key.defaultValue() : (T) set;
    }
}
