package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;

/** The rules for metadata of objects that stand within others, where nothing is known of their kind. */
public final class EmbeddedMetadata {
    private EmbeddedMetadata() {}

    /** What is wrong, with fields that begin with {@code metadata}. */
    public static List<StatusCause> problems(ObjectNode metadata) {
        var problems = new ArrayList<StatusCause>();
        text(metadata, "name")
                .forEach(name -> ObjectNames.pathSegment(name)
                        .forEach(problem -> problems.add(StatusCause.invalid("metadata.name", name, problem))));
        text(metadata, "generateName")
                .forEach(name -> ObjectNames.pathSegment(name)
                        .forEach(problem -> problems.add(StatusCause.invalid("metadata.generateName", name, problem))));
        text(metadata, "namespace")
                .forEach(name -> ObjectNames.label(name)
                        .forEach(problem -> problems.add(StatusCause.invalid("metadata.namespace", name, problem))));
        MetadataRules.checkDescription(new Metadata(metadata), problems);
        return problems;
    }

    private static List<String> text(ObjectNode metadata, String member) {
        var text = metadata.path(member).asText("");
        return text.isEmpty() ? List.of() : List.of(text);
    }
}
