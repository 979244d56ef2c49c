package io.luban.kubecel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.List;

/** Finds text by regular expressions. */
final class RegexLibrary {
    private RegexLibrary() {}

    static void addTo(Functions functions) {
        var texts = List.<dev.cel.common.types.CelType>of(SimpleType.STRING, SimpleType.STRING);
        functions
                .member("find", "string_find_string", SimpleType.STRING, texts, args -> {
                    var found = findAll((String) args[0], (String) args[1], 1);
                    return found.isEmpty() ? "" : found.getFirst();
                })
                .member(
                        "findAll",
                        "string_find_all_string",
                        KubeTypes.TEXTS,
                        texts,
                        args -> findAll((String) args[0], (String) args[1], Long.MAX_VALUE))
                .member(
                        "findAll",
                        "string_find_all_string_int",
                        KubeTypes.TEXTS,
                        List.of(SimpleType.STRING, SimpleType.STRING, SimpleType.INT),
                        args -> findAll((String) args[0], (String) args[1], limit((Long) args[2])));
    }

    private static long limit(long wanted) {
        return wanted < 0 ? Long.MAX_VALUE : wanted;
    }

    private static List<String> findAll(String text, String expression, long limit) {
        var matcher = pattern(expression).matcher(text);
        var found = new ArrayList<String>();
        while (found.size() < limit && matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    private static Pattern pattern(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("Illegal regex: " + e.getMessage(), e);
        }
    }
}
