package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.StatusCause;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;

/** What {@code spec.conversion} of a definition must fulfil. */
final class ConversionChecks {
    private static final String PATH = "spec.conversion";
    private static final String WEBHOOK = PATH + ".webhook";
    private static final String CLIENT = WEBHOOK + ".clientConfig";
    private static final List<String> STRATEGIES = List.of("None", "Webhook");
    private static final int HIGHEST_PORT = 65_535;

    private final List<StatusCause> problems;

    private ConversionChecks(List<StatusCause> problems) {
        this.problems = problems;
    }

    static void check(JsonNode conversion, List<StatusCause> problems) {
        var strategy = Trees.text(conversion, "strategy");
        var webhook = conversion.path("webhook");
        if (!strategy.isEmpty() && !STRATEGIES.contains(strategy)) {
            problems.add(StatusCause.notSupported(PATH + ".strategy", strategy, STRATEGIES));
        } else if (!strategy.equals("Webhook")) {
            if (webhook.isObject()) {
                problems.add(
                        StatusCause.forbidden(WEBHOOK, "should not be set when strategy is not set to \"Webhook\""));
            }
        } else if (!webhook.path("clientConfig").isObject()) {
            problems.add(StatusCause.required(CLIENT, "required when strategy is set to \"Webhook\""));
        } else {
            var checks = new ConversionChecks(problems);
            checks.client(webhook.path("clientConfig"));
            checks.reviews(Trees.items(webhook.path("conversionReviewVersions")));
        }
    }

    private void client(JsonNode client) {
        boolean hasUrl = client.hasNonNull("url");
        if (hasUrl == client.path("service").isObject()) {
            problems.add(StatusCause.required(CLIENT, "exactly one of url or service is required"));
        } else if (hasUrl) {
            url(Trees.text(client, "url"));
        } else {
            service(client.path("service"));
        }
    }

    private void url(String text) {
        try {
            var uri = URI.create(text);
            if (uri.getHost() == null) {
                problem(CLIENT + ".url", text, "host must be specified");
            } else if (!"https".equals(uri.getScheme()) && !isLoopback(uri)) {
                problem(CLIENT + ".url", text, "'https' is the only allowed URL scheme");
            } else if (uri.getRawUserInfo() != null || uri.getRawFragment() != null || uri.getRawQuery() != null) {
                problem(CLIENT + ".url", text, "user information, fragments and query parameters are not permitted");
            }
        } catch (IllegalArgumentException e) {
            problem(CLIENT + ".url", text, "url must be a valid URL: " + e.getMessage());
        }
    }

    /** Programs under development on the same machine have no certificate. */
    private static boolean isLoopback(URI uri) {
        var host = uri.getHost();
        return "http".equals(uri.getScheme())
                && (host.equals("localhost")
                        || (host.matches("[0-9.]+|\\[.*]")
                                && InetAddress.ofLiteral(host).isLoopbackAddress()));
    }

    private void service(JsonNode service) {
        for (var member : List.of("name", "namespace")) {
            if (Trees.text(service, member).isEmpty()) {
                problems.add(StatusCause.required(CLIENT + ".service." + member, "service " + member + " is required"));
            }
        }
        var path = Trees.text(service, "path");
        if (!path.isEmpty() && !path.startsWith("/")) {
            problem(CLIENT + ".service.path", path, "must start with a '/'");
        }
        int port = service.path("port").asInt(1);
        if (port < 1 || port > HIGHEST_PORT) {
            problems.add(StatusCause.invalid(
                    CLIENT + ".service.port",
                    service.path("port"),
                    "port is not valid: must be between 1 and 65535, inclusive"));
        }
    }

    private void reviews(List<String> versions) {
        var field = WEBHOOK + ".conversionReviewVersions";
        if (versions.isEmpty()) {
            problems.add(StatusCause.required(field, ""));
        } else if (versions.stream().noneMatch(ConversionWebhook.REVIEWS::contains)) {
            problem(field, String.join(",", versions), "must include at least one of v1, v1beta1");
        }
    }

    private void problem(String field, String value, String rule) {
        problems.add(StatusCause.invalid(field, value, rule));
    }
}
