package io.luban.ksbuilder.scaffold;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A category of the extension center.
 *
 * @param display how people see it
 * @param normalized how extension.yaml names it
 */
public record Category(String display, String normalized) {
    /** All categories in the order in which they are offered. */
    public static final List<Category> ALL = List.of(
            new Category("AI / LLM", "ai-machine-learning"),
            new Category("DeepSeek", "deepseek"),
            new Category("Database", "database"),
            new Category("Observability", "observability"),
            new Category("CI / CD", "integration-delivery"),
            new Category("Networking", "networking"),
            new Category("Security", "security"),
            new Category("Storage", "storage"),
            new Category("Streaming and messaging", "streaming-messaging"),
            new Category("Computing", "computing"),
            new Category("DevTools", "dev-tools"));

    /** The category under either of its names; empty when there is none. */
    public static Optional<Category> find(String name) {
        var wanted = name.strip().toLowerCase(Locale.ROOT);
        return ALL.stream()
                .filter(category -> category.normalized.equals(wanted)
                        || category.display.toLowerCase(Locale.ROOT).equals(wanted))
                .findFirst();
    }
}
