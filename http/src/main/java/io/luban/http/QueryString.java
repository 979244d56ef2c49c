package io.luban.http;

import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code a=1&b=2}; pairs with a broken escape are dropped, as the reference implementation does. */
final class QueryString {
    private QueryString() {}

    static Map<String, List<String>> parse(String raw) {
        if (raw.isEmpty()) {
            return Map.of();
        }
        var parameters = new LinkedHashMap<String, List<String>>();
        int start = 0;
        while (start <= raw.length()) {
            int end = raw.indexOf('&', start);
            if (end < 0) {
                end = raw.length();
            }
            if (end > start) {
                add(parameters, raw.substring(start, end));
            }
            start = end + 1;
        }
        return Collections.unmodifiableMap(parameters);
    }

    private static void add(Map<String, List<String>> parameters, String pair) {
        int equals = pair.indexOf('=');
        var name = equals < 0 ? pair : pair.substring(0, equals);
        var value = equals < 0 ? "" : pair.substring(equals + 1);
        try {
            var decodedName = decode(name);
            var decodedValue = decode(value);
            parameters.computeIfAbsent(decodedName, key -> new ArrayList<>(1)).add(decodedValue);
        } catch (ApiException e) {
            // A pair that cannot be read is treated as not sent.
            return;
        }
    }

    private static String decode(String text) {
        return text.indexOf('%') < 0 && text.indexOf('+') < 0 ? text : RequestPath.unescape(text, true);
    }
}
