package io.luban.kubecel;

import com.google.re2j.Pattern;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Names of members as expressions write them: what is no identifier is spelled out. */
final class FieldNames {
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");
    private static final Pattern ACCESSIBLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.\\-/]*");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_](_?[A-Za-z0-9])*_?");
    private static final Map<String, String> SPELLED = spelled();

    private FieldNames() {}

    private static Map<String, String> spelled() {
        var spelled = new LinkedHashMap<String, String>();
        spelled.put("__", "__underscores__");
        spelled.put(".", "__dot__");
        spelled.put("-", "__dash__");
        spelled.put("/", "__slash__");
        return spelled;
    }

    /** Whether expressions can name the member at all. */
    static boolean isAccessible(String name) {
        return ACCESSIBLE.matcher(name).matches();
    }

    static String escaped(String name) {
        if (RESERVED.contains(name)) {
            return "__" + name + "__";
        }
        if (PLAIN.matcher(name).matches() && !name.contains("__")) {
            return name;
        }
        var result = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            var piece = name.startsWith("__", i) ? "__" : name.substring(i, i + 1);
            result.append(SPELLED.getOrDefault(piece, piece));
            i += piece.length() - 1;
        }
        return result.toString();
    }

    static String unescaped(String name) {
        if (!name.contains("__")) {
            return name;
        }
        if (name.length() > 4 && name.startsWith("__") && name.endsWith("__")) {
            var word = name.substring(2, name.length() - 2);
            if (RESERVED.contains(word)) {
                return word;
            }
        }
        var result = new StringBuilder();
        int i = 0;
        while (i < name.length()) {
            var piece = spellingAt(name, i);
            result.append(piece.isEmpty() ? name.substring(i, i + 1) : piece);
            i += piece.isEmpty() ? 1 : SPELLED.getOrDefault(piece, piece).length();
        }
        return result.toString();
    }

    private static String spellingAt(String name, int position) {
        for (var entry : SPELLED.entrySet()) {
            if (name.startsWith(entry.getValue(), position)) {
                return entry.getKey();
            }
        }
        return "";
    }
}
