package io.luban.ksbuilder.marketplace;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A body of type {@code multipart/form-data} (RFC 7578) while it is being written. */
final class Multipart {
    private final String boundary;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Multipart(String boundary) {
        this.boundary = boundary;
    }

    Multipart field(String name, String value) {
        begin("form-data; name=\"" + escaped(name) + "\"", "");
        return end(value.getBytes(StandardCharsets.UTF_8));
    }

    Multipart file(String name, String fileName, byte[] content) {
        begin(
                "form-data; name=\"" + escaped(name) + "\"; filename=\"" + escaped(fileName) + "\"",
                "Content-Type: application/octet-stream\r\n");
        return end(content);
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    byte[] bytes() {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(body.toByteArray());
        whole.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return whole.toByteArray();
    }

    private void begin(String disposition, String more) {
        var head = "--" + boundary + "\r\nContent-Disposition: " + disposition + "\r\n" + more + "\r\n";
        body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    }

    private Multipart end(byte[] content) {
        body.writeBytes(content);
        body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private static String escaped(String text) {
        return text.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }
}
