package io.luban.apiserver.masking;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import io.luban.http.BodyEdit;
import io.luban.model.ParseException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Copies JSON piece by piece and leaves out what is secret: of an object, of each item of a list, of the objects behind a
 * table's rows, and of the events of a watch, which are values one after the other. Memory does not grow with the body.
 */
final class MaskedJson implements BodyEdit {
    private static final int LONGEST_VALUE = 64 * 1024 * 1024;
    private static final List<String> SHELLS =
            List.of("", "/items/*", "/rows/*/object", "/object", "/object/items/*", "/object/rows/*/object");
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_VALUE)
                    .build())
            .rootValueSeparator("")
            .build();

    private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");

    private final Secrecy secrecy;
    private final Set<String> secrets = new HashSet<>();
    private final Set<String> manifests = new HashSet<>();
    private final Set<String> suspicious = new HashSet<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final JsonParser parser;
    private final JsonGenerator generator;
    private final List<String> place = new ArrayList<>();
    private boolean begun;
    private boolean hiding;
    private boolean manifest;
    private int hidden;

    MaskedJson(Secrecy secrecy) {
        this.secrecy = secrecy;
        for (var shell : SHELLS) {
            secrecy.places().forEach(secret -> secrets.add(shell + secret));
            manifests.add(shell + "/metadata/annotations/" + Secrecy.LAST_APPLIED);
        }
        secrecy.places().forEach(secret -> suspicious.add(secret.last().getMatchingProperty()));
        try {
            parser = FACTORY.createNonBlockingByteArrayParser();
            generator = FACTORY.createGenerator(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A whole body without what is secret. */
    static byte[] of(Secrecy secrecy, byte[] body) {
        var edit = new MaskedJson(secrecy);
        var first = edit.piece(body);
        var rest = edit.rest();
        if (rest.length == 0) {
            return first;
        }
        var whole = new ByteArrayOutputStream(first.length + rest.length);
        whole.writeBytes(first);
        whole.writeBytes(rest);
        return whole.toByteArray();
    }

    @Override
    public byte[] piece(byte[] bytes) {
        if (!begun) {
            begun = true;
            keepIndentation(bytes);
        }
        try {
            feeder().feedInput(bytes, 0, bytes.length);
            copy();
            return taken();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public byte[] rest() {
        try {
            feeder().endOfInput();
            copy();
            return taken();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public boolean keepsLength() {
        return false;
    }

    /** An answer that comes indented, as {@code ?pretty=true} makes it, goes on so. */
    private void keepIndentation(byte[] bytes) {
        if (bytes.length > 1 && bytes[0] == '{' && bytes[1] == '\n') {
            var separators = Separators.createDefaultInstance()
                    .withRootSeparator("")
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator("");
            generator.setPrettyPrinter(new DefaultPrettyPrinter(separators)
                    .withObjectIndenter(INDENT)
                    .withArrayIndenter(INDENT));
        }
    }

    private ByteArrayFeeder feeder() {
        return (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
    }

    /** The message says nothing of the text, which may be the secret itself. */
    private static ParseException unreadable(IOException cause) {
        var failure = new ParseException("the answer is no JSON that can be shown in part");
        failure.initCause(cause);
        return failure;
    }

    private byte[] taken() throws IOException {
        generator.flush();
        var bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    private void copy() throws IOException {
        for (var token = parser.nextToken();
                token != null && token != JsonToken.NOT_AVAILABLE;
                token = parser.nextToken()) {
            if (hiding) {
                skip(token);
            } else {
                copy(token);
            }
        }
    }

    /** The value of a secret field, however deep. */
    private void skip(JsonToken token) {
        hidden += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        hiding = hidden > 0;
    }

    private void copy(JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> {
                place.add(token == JsonToken.START_ARRAY ? "*" : "");
                manifest = false;
                generator.copyCurrentEventExact(parser);
            }
            case END_OBJECT, END_ARRAY -> {
                place.removeLast();
                generator.copyCurrentEventExact(parser);
                if (place.isEmpty()) {
                    generator.flush();
                    out.write('\n');
                }
            }
            case FIELD_NAME -> field(parser.currentName());
            default -> value();
        }
    }

    private void field(String name) throws IOException {
        place.set(place.size() - 1, name);
        hiding = suspicious.contains(name) && secrets.contains(path());
        if (!hiding) {
            manifest = name.equals(Secrecy.LAST_APPLIED) && manifests.contains(path());
            generator.writeFieldName(name);
        }
    }

    private String path() {
        return "/" + String.join("/", place);
    }

    private void value() throws IOException {
        if (manifest) {
            manifest = false;
            generator.writeString(secrecy.applied(parser.getText()));
        } else {
            generator.copyCurrentEventExact(parser);
        }
    }
}
