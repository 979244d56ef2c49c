package io.luban.apiserver;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes credentials out of queries before they are written anywhere. */
final class QueryMask {
    private static final String MASK = "***";
    private static final Set<String> SECRET = Set.of(
            "token",
            "access_token",
            "refresh_token",
            "id_token",
            "id_token_hint",
            "code",
            "code_verifier",
            "password",
            "secret",
            "client_secret");
    private static final String SIGNATURES = "x-amz-";

    private QueryMask() {}

    /** The query with the values of secret parameters replaced. */
    static String masked(String rawQuery) {
        return Arrays.stream(rawQuery.split("&", -1)).map(QueryMask::maskedPair).collect(Collectors.joining("&"));
    }

    private static String maskedPair(String pair) {
        int equals = pair.indexOf('=');
        return equals >= 0 && isSecret(pair.substring(0, equals)) ? pair.substring(0, equals + 1) + MASK : pair;
    }

    private static boolean isSecret(String rawName) {
        var name = decoded(rawName).toLowerCase(Locale.ROOT);
        return SECRET.contains(name) || name.startsWith(SIGNATURES);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
