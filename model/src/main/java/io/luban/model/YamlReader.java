package io.luban.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Builds JSON trees from the event stream of the YAML library. Working on events instead of the library's own object
 * graph is what makes duplicate members, depth and alias growth checkable while they arise.
 */
final class YamlReader {
    private static final int GROWTH = 10;
    private static final int MOST_REPAIRS = 500;
    private static final long FREE_SIZE = 100_000;
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setCodePointLimit(Integer.MAX_VALUE)
            .setLabel("yaml")
            .build();

    private final String text;
    private final Map<Anchor, JsonNode> anchors = new HashMap<>();
    private final Optional<Consumer<String>> duplicates;
    private final YamlLimits limits;
    private final List<String> reports = new ArrayList<>();
    private final int repairs;
    private final long sizeLimit;
    private Iterator<Event> events;
    private long expanded;
    private int aliases;

    /** Refuses members that stand twice. */
    YamlReader(String text) {
        this(text, YamlLimits.NONE, Optional.empty(), 0);
    }

    /** Refuses members that stand twice, and what is beyond the limits. */
    YamlReader(String text, YamlLimits limits) {
        this(text, limits, Optional.empty(), 0);
    }

    /** Reports members that stand twice, when there is somebody to report to. */
    YamlReader(String text, Optional<Consumer<String>> duplicates) {
        this(text, YamlLimits.NONE, duplicates, 0);
    }

    private YamlReader(String text, YamlLimits limits, Optional<Consumer<String>> duplicates, int repairs) {
        this.text = text;
        this.limits = limits;
        this.repairs = repairs;
        this.duplicates = duplicates;
        this.sizeLimit = Math.max(FREE_SIZE, (long) GROWTH * text.length());
        this.events = List.<Event>of().iterator();
    }

    /** All documents with content. */
    List<JsonNode> documents() {
        if (text.length() > limits.characters()) {
            throw new ParseException("yaml: the text is longer than " + limits.characters() + " characters");
        }
        var documents = new ArrayList<JsonNode>();
        try {
            events = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
            while (events.hasNext()) {
                if (events.next().getEventId() == Event.ID.DocumentStart) {
                    anchors.clear();
                    var first = events.next();
                    var document = value(first, 0);
                    if (!document.isNull()) {
                        documents.add(document);
                    }
                }
            }
        } catch (MarkedYamlEngineException e) {
            var repaired = repairs < MOST_REPAIRS ? QuoteEscape.without(text, e) : Optional.<String>empty();
            if (repaired.isPresent()) {
                return new YamlReader(repaired.get(), limits, duplicates, repairs + 1).documents();
            }
            throw failure(e.getProblem() == null ? "not readable" : e.getProblem(), e.getProblemMark());
        } catch (YamlEngineException e) {
            throw new ParseException("yaml: " + e.getMessage());
        }
        duplicates.ifPresent(reports::forEach);
        return documents;
    }

    private JsonNode value(Event event, int depth) {
        if (depth > limits.depth()) {
            throw failure("nested deeper than " + limits.depth() + " levels", event.getStartMark());
        }
        return switch (event) {
            case ScalarEvent scalar -> anchored(scalar, scalar(scalar));
            case SequenceStartEvent start -> anchored(start, sequence(depth));
            case MappingStartEvent start -> anchored(start, mapping(depth));
            case AliasEvent alias -> expand(alias, depth);
            default -> throw failure("unexpected " + event.getEventId(), event.getStartMark());
        };
    }

    private JsonNode anchored(NodeEvent event, JsonNode node) {
        event.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        return node;
    }

    private JsonNode scalar(ScalarEvent event) {
        try {
            return YamlScalar.resolve(event);
        } catch (ParseException | IllegalArgumentException e) {
            throw failure(e.getMessage() == null ? "bad value" : e.getMessage(), event.getStartMark());
        }
    }

    private JsonNode expand(AliasEvent alias, int depth) {
        var anchor = alias.getAlias();
        var target = anchors.get(anchor);
        if (target == null) {
            // also the case of an alias inside its own anchor, which has no end
            throw failure("unknown anchor '" + anchor.getValue() + "' referenced", alias.getStartMark());
        }
        aliases++;
        if (aliases > limits.aliases()) {
            throw failure("more than " + limits.aliases() + " aliases", alias.getStartMark());
        }
        charge(target, depth, alias.getStartMark());
        return target.isContainerNode() ? target.deepCopy() : target;
    }

    private void charge(JsonNode node, int depth, Optional<Mark> mark) {
        if (depth > limits.depth()) {
            throw failure("nested deeper than " + limits.depth() + " levels", mark);
        }
        expanded += node.isTextual() ? node.textValue().length() + 1 : 1;
        if (expanded > sizeLimit) {
            throw failure("document contains excessive aliasing", mark);
        }
        for (var child : node) {
            charge(child, depth + 1, mark);
        }
    }

    private ArrayNode sequence(int depth) {
        var array = Json.array();
        for (var event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            array.add(value(event, depth + 1));
        }
        return array;
    }

    private ObjectNode mapping(int depth) {
        var object = Json.object();
        var merged = new ArrayList<ObjectNode>();
        for (var event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (event instanceof ScalarEvent key
                    && key.isPlain()
                    && key.getValue().equals("<<")) {
                collectMerged(value(events.next(), depth + 1), event.getStartMark(), merged);
                continue;
            }
            var name = memberName(event);
            var value = value(events.next(), depth + 1);
            if (object.has(name)) {
                report("key \"" + name + "\" already set in map", event.getStartMark());
            }
            object.set(name, value);
        }
        merged.forEach(source -> source.properties().forEach(entry -> {
            if (!object.has(entry.getKey())) {
                object.set(entry.getKey(), entry.getValue());
            }
        }));
        return object;
    }

    private void report(String problem, Optional<Mark> mark) {
        if (duplicates.isEmpty()) {
            throw failure(problem, mark);
        }
        int line = mark.map(at -> at.getLine() + 1).orElse(0);
        reports.add("line %d: %s".formatted(line, problem));
    }

    private void collectMerged(JsonNode value, Optional<Mark> mark, List<ObjectNode> merged) {
        if (value instanceof ObjectNode object) {
            merged.add(object);
        } else if (value instanceof ArrayNode list) {
            list.forEach(item -> collectMerged(item, mark, merged));
        } else {
            throw failure("map merge requires map or sequence of maps as the value", mark);
        }
    }

    private String memberName(Event event) {
        return switch (event) {
            case ScalarEvent scalar -> {
                anchored(scalar, scalar(scalar));
                yield scalar.getValue();
            }
            case AliasEvent alias -> aliasedName(alias);
            default -> throw failure("only scalars can be keys", event.getStartMark());
        };
    }

    private String aliasedName(AliasEvent alias) {
        var target = anchors.getOrDefault(alias.getAlias(), NullNode.getInstance());
        if (target.isContainerNode() || target.isNull()) {
            throw failure("only scalars can be keys", alias.getStartMark());
        }
        return target.asText();
    }

    private static ParseException failure(String problem, Optional<Mark> mark) {
        var place = mark.map(at -> "line %d, column %d: ".formatted(at.getLine() + 1, at.getColumn() + 1))
                .orElse("");
        return new ParseException("yaml: " + place + problem);
    }
}
