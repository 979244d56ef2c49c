package io.luban.helm.worker;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes events, one JSON object per line, written by hand because a JSON library would double the start-up time. */
final class Events {
    private final PrintStream out;

    Events(PrintStream out) {
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    void log(String message) {
        write("log", message, 0);
    }

    void succeeded(String message, int revision) {
        write("succeeded", message, revision);
    }

    void failed(String message) {
        write("failed", message, 0);
    }

    private void write(String event, String message, int revision) {
        out.println(
                "{\"event\":" + quoted(event) + ",\"message\":" + quoted(message) + ",\"revision\":" + revision + "}");
    }

    static String quoted(String text) {
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }
}
