package io.luban.ksbuilder.terminal;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The kinds of questions that commands ask. Answers that break a rule are asked for again. */
public final class Prompts {
    private static final String END = "EOF";

    private final Terminal terminal;
    private final PrintStream out;

    /** Questions to {@code terminal}; lists and complaints go to {@code out}. */
    public Prompts(Terminal terminal, PrintStream out) {
        this.terminal = terminal;
        this.out = out;
    }

    /** A text for which {@code problem} finds nothing wrong. */
    public String text(String label, Function<String, Optional<String>> problem) {
        while (true) {
            var answer = given(terminal.line(label + ": ")).strip();
            var wrong = problem.apply(answer);
            if (wrong.isEmpty()) {
                return answer;
            }
            out.println(wrong.get());
        }
    }

    /** A text that may be empty. */
    public String optional(String label) {
        return text(label, answer -> Optional.empty());
    }

    /** A text that is not shown while it is typed. */
    public String secret(String label, String emptyMessage) {
        while (true) {
            var answer = given(terminal.secret(label + ": ")).strip();
            if (!answer.isEmpty()) {
                return answer;
            }
            out.println(emptyMessage);
        }
    }

    /** One of a list, by its number or by a part of its name that no other contains. */
    public int choice(String label, List<String> names) {
        var shown = names;
        while (true) {
            shown.forEach(name -> out.printf(Locale.ROOT, "%3d  %s%n", names.indexOf(name) + 1, name));
            var answer = given(terminal.line(label + " (number, or part of the name): "))
                    .strip();
            var byNumber = number(answer, names.size());
            if (byNumber.isPresent()) {
                return byNumber.get();
            }
            var matching = matching(answer, names);
            if (matching.size() == 1) {
                return names.indexOf(matching.getFirst());
            }
            shown = matching.isEmpty() ? names : matching;
        }
    }

    private static Optional<Integer> number(String answer, int size) {
        if (!answer.matches("[0-9]{1,4}")) {
            return Optional.empty();
        }
        int index = Integer.parseInt(answer) - 1;
        return index >= 0 && index < size ? Optional.of(index) : Optional.empty();
    }

    private static List<String> matching(String answer, List<String> names) {
        var wanted = answer.toLowerCase(Locale.ROOT);
        var exact = names.stream().filter(name -> name.equalsIgnoreCase(answer)).toList();
        return exact.isEmpty()
                ? names.stream()
                        .filter(name -> name.toLowerCase(Locale.ROOT).contains(wanted))
                        .toList()
                : exact;
    }

    private static String given(Optional<String> answer) {
        return answer.orElseThrow(() -> new PromptException("Prompt failed " + END));
    }
}
