package io.luban.controller.repository;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** What was left out and why; told in a condition, which may not be longer than the API server takes. */
final class Problems {
    private static final int SHOWN = 50;
    private static final int LONGEST = 500;

    private final ConcurrentLinkedQueue<String> sentences = new ConcurrentLinkedQueue<>();

    void add(String about, String reason) {
        add(about + ": " + reason);
    }

    void add(String sentence) {
        sentences.add(sentence.length() > LONGEST ? sentence.substring(0, LONGEST) + "…" : sentence);
    }

    boolean isEmpty() {
        return sentences.isEmpty();
    }

    int size() {
        return sentences.size();
    }

    /** All of it in a stable order, so that the same problems make the same text. */
    String text() {
        var sorted = List.copyOf(sentences).stream().sorted().toList();
        var shown = sorted.stream().limit(SHOWN).collect(Collectors.joining("; "));
        return sorted.size() > SHOWN ? shown + "; and %d more".formatted(sorted.size() - SHOWN) : shown;
    }
}
