package io.luban.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** The fields of answers on their way to the wire. */
final class ResponseFields {
    private ResponseFields() {}

    /** Outer stages may change everything but where the answer ends and who may go on speaking. */
    static Headers edited(Headers headers, UnaryOperator<Headers> edit) {
        var kept = Headers.builder();
        edit.apply(headers).forEach((name, value) -> {
            if (!Fields.isFraming(name) && Headers.isField(name, value)) {
                kept.add(name, value);
            }
        });
        headers.forEach((name, value) -> {
            if (Fields.isFraming(name)) {
                kept.add(name, value);
            }
        });
        return kept.build();
    }

    /**
     * Adds the fields, and the date where there is none. As bytes, not as text: the network library would encode text one
     * character at a time, and make question marks of what is not ASCII.
     */
    static void write(Headers headers, MultiMap to, String date) {
        boolean dated = false;
        for (int i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            to.add(FieldNames.encoded(name), bytes(headers.value(i)));
            dated |= name.equalsIgnoreCase("Date");
        }
        if (!dated) {
            to.set("Date", date);
        }
    }

    /** The bytes that stand for the text in a head or in trailers. */
    static AsciiString bytes(String text) {
        return new AsciiString(text.getBytes(StandardCharsets.ISO_8859_1), false);
    }

    /** The head of an answer that leaves HTTP. */
    static Buffer switching(Headers headers) {
        var text = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return Buffer.buffer(text.append("\r\n").toString(), StandardCharsets.ISO_8859_1.name());
    }

    /** An answer before the answer. */
    static DefaultFullHttpResponse interim(int code, Headers headers) {
        var fields = new DefaultHttpHeaders();
        headers.forEach((name, value) -> fields.add(name, bytes(value)));
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(code),
                Unpooled.EMPTY_BUFFER,
                fields,
                new DefaultHttpHeaders());
    }
}
