package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Whether an endpoint can be called: the backend of an API, of a proxy, of a bundle's file. */
final class EndpointCheck {
    private EndpointCheck() {}

    /** Answers warnings; throws when the endpoint cannot be meant. {@code field} is its path in the object. */
    static List<String> check(JsonNode endpoint, String field) {
        // the early form calls it the backend
        var name = endpoint.path("url").asText("").isEmpty() ? "backend" : "url";
        var url = endpoint.path(name).asText("");
        if (!url.isEmpty()) {
            problem(url).ifPresent(problem -> {
                throw new RefusedException("%s.%s: Invalid value: \"%s\": %s".formatted(field, name, url, problem));
            });
        }
        var service = endpoint.path("service");
        if (!service.isObject()) {
            return List.of();
        }
        if (!url.isEmpty()) {
            return List.of("%s: url and service are both set, url is used".formatted(field));
        }
        for (var required : List.of("name", "namespace")) {
            if (service.path(required).asText("").isEmpty()) {
                throw new RefusedException("%s.service.%s: Required value".formatted(field, required));
            }
        }
        return List.of();
    }

    private static Optional<String> problem(String url) {
        try {
            var uri = new URI(url);
            var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                return Optional.of("the scheme must be http or https");
            }
            if (uri.getRawUserInfo() != null
                    || Objects.toString(uri.getRawAuthority(), "").contains("@")) {
                return Optional.of("user information is not allowed");
            }
            return uri.getHost() == null || uri.getHost().isEmpty()
                    ? Optional.of("a host is required")
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.of("not a URL: " + e.getReason());
        }
    }
}
