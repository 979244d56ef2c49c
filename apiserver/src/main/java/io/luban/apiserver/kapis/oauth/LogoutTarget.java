package io.luban.apiserver.kapis.oauth;

import io.luban.model.ApiException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Where a browser is sent after logging out; never to a place that a stranger chose. */
final class LogoutTarget {
    private LogoutTarget() {}

    /** The target with the state; 400 unless it has the issuer's origin. */
    static String of(String issuer, String target, String state) {
        var home = parse(issuer);
        var uri = parse(target);
        boolean same = Objects.equals(home.getScheme(), uri.getScheme())
                && Objects.equals(home.getHost(), uri.getHost())
                && home.getPort() == uri.getPort();
        if (!same) {
            throw ApiException.badRequest("post_logout_redirect_uri is not registered");
        }
        if (state.isEmpty()) {
            return target;
        }
        var encoded = URLEncoder.encode(state, StandardCharsets.UTF_8);
        return target + (uri.getRawQuery() == null ? "?" : "&") + "state=" + encoded;
    }

    private static URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw ApiException.badRequest("post_logout_redirect_uri cannot be parsed");
        }
    }
}
