package io.luban.embeddedkube.discovery;

import io.luban.http.Request;
import io.luban.model.ApiException;
import java.util.Locale;
import java.util.Optional;

/** Forms in which {@code /api} and {@code /apis} answer, chosen by the first acceptable clause of Accept. */
enum DiscoveryForm {
    LEGACY("application/json"),
    AGGREGATED_V2("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"),
    AGGREGATED_V2BETA1("application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList");

    private final String contentType;

    DiscoveryForm(String contentType) {
        this.contentType = contentType;
    }

    /** What the answer is labelled with; clients recognize the form by it. */
    String contentType() {
        return contentType;
    }

    /** The form for a request; 406 when it accepts none. */
    static DiscoveryForm of(Request request) {
        var accepted = request.headers().all("Accept");
        if (accepted.isEmpty()) {
            return LEGACY;
        }
        for (var value : accepted) {
            for (var clause : value.split(",", -1)) {
                var form = ofClause(clause);
                if (form.isPresent()) {
                    return form.get();
                }
            }
        }
        throw ApiException.notAcceptable("application/json");
    }

    private static Optional<DiscoveryForm> ofClause(String clause) {
        var parts = clause.toLowerCase(Locale.ROOT).split(";", -1);
        var type = parts[0].strip();
        if (!type.equals("application/json")
                && !type.equals("application/*")
                && !type.equals("*/*")
                && !type.isEmpty()) {
            return Optional.empty();
        }
        var as = "";
        var group = "";
        var version = "";
        for (var part : parts) {
            var parameter = part.strip();
            as = parameter.startsWith("as=") ? parameter.substring(3) : as;
            group = parameter.startsWith("g=") ? parameter.substring(2) : group;
            version = parameter.startsWith("v=") ? parameter.substring(2) : version;
        }
        if (as.isEmpty()) {
            return Optional.of(LEGACY);
        }
        boolean isKnown = as.equals("apigroupdiscoverylist") && group.equals("apidiscovery.k8s.io");
        return switch (version) {
            case "v2" -> isKnown ? Optional.of(AGGREGATED_V2) : Optional.empty();
            case "v2beta1" -> isKnown ? Optional.of(AGGREGATED_V2BETA1) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
