package io.luban.console;

import io.luban.http.Headers;
import io.luban.http.Request;
import java.util.ArrayList;
import java.util.Set;
import java.util.regex.Pattern;

/** The cookies of a request (RFC 6265 §4.2): the console's own, and those of applications behind it. */
final class Cookies {
    private static final String TOKEN = "token";
    private static final int MOST_TOKEN_CHARACTERS = 16 * 1024;
    private static final Set<String> OWN = Set.of(
            TOKEN,
            "refreshToken",
            "expire",
            "referer",
            "authAuthorizeUrl",
            "defaultUser",
            "defaultEmail",
            "otpToken",
            "oAuthLoginInfo");
    private static final Pattern SIGNED_TOKEN = Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

    private Cookies() {}

    /** The first token, {@code ""} when there is none or it cannot be one. */
    static String token(Request request) {
        for (var header : request.headers().all("Cookie")) {
            for (var pair : header.split(";", -1)) {
                var cookie = pair.strip();
                if (name(cookie).equals(TOKEN)) {
                    return checked(cookie.substring(TOKEN.length() + 1));
                }
            }
        }
        return "";
    }

    private static String checked(String token) {
        boolean plausible = token.length() <= MOST_TOKEN_CHARACTERS
                && SIGNED_TOKEN.matcher(token).matches();
        return plausible ? token : "";
    }

    /** The fields with only the cookies that are not the console's. */
    static Headers withoutOwn(Headers headers) {
        var foreign = new ArrayList<String>();
        for (var header : headers.all("Cookie")) {
            for (var pair : header.split(";", -1)) {
                var cookie = pair.strip();
                if (!cookie.isEmpty() && !OWN.contains(name(cookie))) {
                    foreign.add(cookie);
                }
            }
        }
        return foreign.isEmpty() ? headers.without("Cookie") : headers.with("Cookie", String.join("; ", foreign));
    }

    private static String name(String cookie) {
        int equals = cookie.indexOf('=');
        return equals < 0 ? "" : cookie.substring(0, equals);
    }
}
