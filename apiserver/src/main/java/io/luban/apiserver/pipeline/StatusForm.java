package io.luban.apiserver.pipeline;

import io.luban.http.Request;
import io.luban.model.Json;
import io.luban.model.Status;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The forms of a Status that Kubernetes' clients ask for by {@code Accept}; JSON for those who ask for none of them. */
enum StatusForm {
    JSON("application/json"),
    YAML("application/yaml"),
    PROTOBUF("application/vnd.kubernetes.protobuf");

    private static final String BROWSER = "Mozilla/5.0";

    private final String mediaType;

    StatusForm(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The form that the client likes best. */
    static StatusForm of(Request request) {
        var best = JSON;
        double weight = 0;
        for (var value : request.headers().all("Accept")) {
            for (var range : value.toLowerCase(Locale.ROOT).split(",", -1)) {
                var parts = range.split(";", -1);
                var form = named(parts[0].strip());
                if (form.isPresent() && weight(parts) > weight) {
                    weight = weight(parts);
                    best = form.get();
                }
            }
        }
        return best;
    }

    private static Optional<StatusForm> named(String range) {
        for (var form : values()) {
            if (form.mediaType.equals(range)) {
                return Optional.of(form);
            }
        }
        return range.equals("*/*") || range.equals("application/*") ? Optional.of(JSON) : Optional.empty();
    }

    private static double weight(String[] parts) {
        for (var parameter : parts) {
            var text = parameter.strip();
            if (text.startsWith("q=") && text.substring(2).matches("[01](\\.\\d{0,3})?")) {
                return Double.parseDouble(text.substring(2));
            }
        }
        return 1;
    }

    String mediaType() {
        return mediaType;
    }

    /** The bytes, indented where a person reads them. */
    byte[] encode(Request request, Status status) {
        var json = status.toJson();
        if (status.code() == 403) {
            json.withObject("/details");
        }
        return switch (this) {
            case JSON -> {
                var text = isForPeople(request) ? json.toPrettyString() : Json.text(json);
                yield (text + "\n").getBytes(StandardCharsets.UTF_8);
            }
            case YAML -> Yaml.write(json).getBytes(StandardCharsets.UTF_8);
            case PROTOBUF -> StatusProtobuf.of(status);
        };
    }

    private static boolean isForPeople(Request request) {
        var asked = request.query("pretty");
        if (asked.isPresent()) {
            return asked.get().equals("1") || asked.get().equalsIgnoreCase("true");
        }
        var agent = request.header("User-Agent").orElse("");
        return agent.startsWith("curl") || agent.startsWith("Wget") || agent.startsWith(BROWSER);
    }
}
