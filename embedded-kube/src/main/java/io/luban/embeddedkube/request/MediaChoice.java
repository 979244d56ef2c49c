package io.luban.embeddedkube.request;

import io.luban.http.Request;
import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** The form of an answer that client and server agree on. */
enum MediaChoice {
    JSON,
    YAML,
    TABLE,
    TABLE_BETA,
    PARTIAL,
    PARTIAL_LIST;

    /** Media type of Kubernetes' protobuf envelope. */
    static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    private static final String SERVED = "application/json, application/yaml, " + PROTOBUF;

    private record Clause(String type, String as, String version, double quality) {}

    /** The first acceptable clause that {@code offered} has; 406 when there is none. */
    static MediaChoice of(Request request, Predicate<MediaChoice> offered) {
        var values = request.headers().all("Accept");
        if (values.isEmpty() || (values.size() == 1 && isPlain(values.getFirst()))) {
            return JSON;
        }
        for (var clause : clauses(values)) {
            var choice = choice(clause);
            if (choice.isPresent() && offered.test(choice.get())) {
                return choice.get();
            }
        }
        throw ApiException.notAcceptable(SERVED);
    }

    /** Whether the header asks for nothing but the object as JSON. */
    static boolean isPlain(String accept) {
        return accept.equals("application/json") || accept.equals("*/*") || accept.isEmpty();
    }

    /** Whether protobuf is the only form that client and server share. */
    static boolean isProtobufAlone(Request request) {
        var values = request.headers().all("Accept");
        if (values.stream().noneMatch(value -> value.contains(PROTOBUF))) {
            return false;
        }
        var clauses = clauses(values);
        return clauses.stream().noneMatch(clause -> choice(clause).isPresent())
                && clauses.stream()
                        .anyMatch(clause -> clause.type.equals(PROTOBUF) && clause.as.isEmpty() && clause.quality > 0);
    }

    private static List<Clause> clauses(List<String> values) {
        var result = new ArrayList<Clause>();
        for (var value : values) {
            for (var text : value.split(",", -1)) {
                result.add(clause(text));
            }
        }
        result.sort(Comparator.comparingDouble(Clause::quality).reversed());
        return result;
    }

    private static Clause clause(String text) {
        var parts = text.split(";", -1);
        var as = "";
        var version = "";
        double quality = 1;
        for (int i = 1; i < parts.length; i++) {
            var parameter = parts[i].strip();
            if (parameter.startsWith("as=")) {
                as = parameter.substring(3);
            } else if (parameter.startsWith("v=")) {
                version = parameter.substring(2);
            } else if (parameter.startsWith("q=")) {
                quality = quality(parameter.substring(2));
            }
        }
        return new Clause(parts[0].strip().toLowerCase(Locale.ROOT), as, version, quality);
    }

    private static double quality(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Optional<MediaChoice> choice(Clause clause) {
        boolean isJson = List.of("application/json", "application/*", "*/*", "").contains(clause.type);
        if (clause.quality <= 0 || (!isJson && !clause.type.equals("application/yaml"))) {
            return Optional.empty();
        }
        return switch (clause.as) {
            case "" -> Optional.of(isJson ? JSON : YAML);
            case "Table" -> table(clause.version);
            case "PartialObjectMetadata" -> Optional.of(PARTIAL);
            case "PartialObjectMetadataList" -> Optional.of(PARTIAL_LIST);
            default -> Optional.empty();
        };
    }

    private static Optional<MediaChoice> table(String version) {
        return switch (version) {
            case "v1" -> Optional.of(TABLE);
            case "v1beta1" -> Optional.of(TABLE_BETA);
            default -> Optional.empty();
        };
    }
}
