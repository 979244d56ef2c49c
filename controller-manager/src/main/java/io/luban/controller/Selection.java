package io.luban.controller;

import java.util.ArrayList;
import java.util.List;

/**
 * Which controllers run: {@code NAME} runs one, {@code -NAME} does not, {@code *} runs all others; of several words on one
 * controller the first counts.
 *
 * @param words as they were written
 */
public record Selection(List<String> words) {
    /** Every controller there is. */
    public static final List<String> NAMES = List.of(
            "catalog",
            "extension",
            "extension-category",
            "extension-ui",
            "extensionVersion",
            "host-cluster",
            "installplan",
            "installplan-webhook",
            "repository",
            "serviceaccount",
            "serviceaccount-token",
            "subscription");

    /** All of them. */
    public static final Selection ALL = new Selection(List.of("*"));

    /** Defensive copy. */
    public Selection {
        words = List.copyOf(words);
    }

    /** Whether the controller runs. */
    public boolean runs(String name) {
        for (var word : words) {
            if (word.equals(name)) {
                return true;
            }
            if (word.equals("-" + name)) {
                return false;
            }
        }
        return words.contains("*");
    }

    /** Sentences on words that name no controller. */
    public List<String> problems() {
        var problems = new ArrayList<String>();
        for (var word : words) {
            var name = word.startsWith("-") ? word.substring(1) : word;
            if (!word.equals("*") && !NAMES.contains(name)) {
                problems.add(
                        "\"%s\" is not in the list of known controllers: %s".formatted(name, String.join(", ", NAMES)));
            }
        }
        return problems;
    }
}
