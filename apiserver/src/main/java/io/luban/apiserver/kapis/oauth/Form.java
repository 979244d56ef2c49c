package io.luban.apiserver.kapis.oauth;

import io.luban.http.Request;
import io.luban.model.ApiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The parameters of a form post; each at most once, because a second one hides what was checked. */
record Form(Map<String, String> parameters) {
    private static final int LONGEST_BODY = 64 * 1024;
    private static final String TYPE = "application/x-www-form-urlencoded";

    Form {
        parameters = Map.copyOf(parameters);
    }

    static Form read(Request request) {
        var type = request.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.startsWith(TYPE)) {
            throw ApiException.unsupportedMediaType("the body must be " + TYPE);
        }
        return parse(new String(request.body(LONGEST_BODY), StandardCharsets.UTF_8));
    }

    static Form parse(String body) {
        var parameters = new HashMap<String, String>();
        for (var pair : body.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            var name = decode(equals < 0 ? pair : pair.substring(0, equals));
            var value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (parameters.putIfAbsent(name, value) != null) {
                throw OAuthError.invalidRequest("The parameter " + name + " is given more than once.");
            }
        }
        return new Form(parameters);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw OAuthError.invalidRequest("The form contains an invalid percent-encoding.");
        }
    }

    /** The value, {@code ""} when absent. */
    String value(String name) {
        return Optional.ofNullable(parameters.get(name)).orElse("");
    }

    @Override
    public String toString() {
        return "form with " + parameters.keySet();
    }
}
