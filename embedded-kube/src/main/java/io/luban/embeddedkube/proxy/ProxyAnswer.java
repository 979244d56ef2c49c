package io.luban.embeddedkube.proxy;

import io.luban.http.AnswerInspector;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Fits answers of a backend to the path under which the client called it: redirects within the backend lead back through
 * the proxy, and the backend has no say in what pages of other origins may do with this server.
 *
 * @param prefix path of the proxy, without a trailing slash
 * @param authority the backend's own host and port
 * @param requested host and port that the client called
 */
record ProxyAnswer(String prefix, String authority, String requested) implements AnswerInspector {
    @Override
    public Verdict inspect(int status, Headers headers) {
        var fitted = headers.withoutPrefix("Access-Control-");
        var location = fitted.first("Location");
        return new Verdict.Pass(location.isEmpty() ? fitted : fitted.with("Location", rewritten(location.get())));
    }

    @Override
    public Reply.Content failed(Status status) {
        var text = "error trying to reach service: " + withoutPreamble(status.message());
        return (Reply.Content) Reply.of(ApiException.unavailable(text).status());
    }

    private static String withoutPreamble(String message) {
        return message.startsWith("error trying to reach ")
                ? message.substring("error trying to reach ".length())
                : message;
    }

    /** Other hosts and relative paths stay as they are. */
    String rewritten(String location) {
        URI uri;
        try {
            uri = new URI(location);
        } catch (URISyntaxException e) {
            return location;
        }
        var host = uri.getRawAuthority();
        var path = uri.getRawPath() == null ? "" : uri.getRawPath();
        boolean isElsewhere = host != null && !host.equals(authority) && !host.equals(requested);
        if (isElsewhere || !path.startsWith("/") || path.equals(prefix) || path.startsWith(prefix + "/")) {
            return location;
        }
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var fragment = uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment();
        return prefix + path + query + fragment;
    }
}
