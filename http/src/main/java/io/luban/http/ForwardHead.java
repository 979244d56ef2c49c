package io.luban.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;

/** What of a request goes upstream in its head, and how its body is framed there. */
final class ForwardHead {
    private static final byte[] NOTHING = new byte[0];

    /** Room for the request line and the fields that are added here. */
    private static final int ADDED_BYTES = 256;

    private final Exchange exchange;
    private final ForwardTarget target;
    private final boolean upgrade;
    private final boolean streamsBody;
    private final String contentLength;

    ForwardHead(Exchange exchange, ForwardTarget target) {
        this.exchange = exchange;
        this.target = target;
        var body = exchange.body();
        boolean announced = body.isAnnounced();
        // an offer to leave HTTP may be passed over (RFC 9110 §7.8), and behind a body nobody knows where HTTP ends
        upgrade = !announced && exchange.isUpgradable() && Fields.isUpgrade(target.headers());
        streamsBody = announced && body.content() == null && target.body().isEmpty();
        var length = exchange.wire().getHeader("Content-Length");
        contentLength = length == null ? "" : length;
    }

    boolean isUpgrade() {
        return upgrade;
    }

    /** Whether the body still has to come from the client. */
    boolean streamsBody() {
        return streamsBody;
    }

    boolean isChunked() {
        return streamsBody && contentLength.isEmpty();
    }

    boolean expectsContinue() {
        return streamsBody && Fields.expectsContinue(exchange.wire());
    }

    /** The head, and the body where a handler has read it already. */
    Buffer encode() {
        var request = new RequestHead(
                exchange.listener().loop().knownValues(), target.method(), target.rawTarget(), expectedBytes());
        var headers = target.headers();
        if (!headers.contains("Host")) {
            request.field("Host", target.upstream().authority());
        }
        var forwarded = new StringBuilder();
        for (int i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            var value = headers.value(i);
            if (name.equalsIgnoreCase("X-Forwarded-For")) {
                forwarded.append(value).append(", ");
            } else if (name.equalsIgnoreCase("TE")) {
                if (Fields.hasToken(value, "trailers")) {
                    request.field(name, "trailers");
                }
            } else if (goesUpstream(name)) {
                request.field(name, value);
            }
        }
        request.field(
                "X-Forwarded-For",
                forwarded.append(exchange.connection().peerHost()).toString());
        if (upgrade) {
            request.field("Connection", "Upgrade");
            request.field("Upgrade", headers.first("Upgrade").orElse(""));
        }
        return finish(request);
    }

    private int expectedBytes() {
        var headers = target.headers();
        int expected = target.rawTarget().length() + ADDED_BYTES;
        for (int i = 0; i < headers.size(); i++) {
            expected += headers.name(i).length() + headers.value(i).length() + RequestHead.FRAMING_BYTES;
        }
        return expected;
    }

    private Buffer finish(RequestHead request) {
        var made = target.body();
        var read = made.isPresent() ? made.get() : exchange.body().content();
        if (streamsBody) {
            if (contentLength.isEmpty()) {
                request.field("Transfer-Encoding", "chunked");
            } else {
                request.field("Content-Length", contentLength);
            }
        } else if (read != null && read.length > 0) {
            request.field("Content-Length", Integer.toString(read.length));
            return request.end(read);
        } else if (!contentLength.isEmpty() || isSilentlyEmpty()) {
            request.field("Content-Length", "0");
        }
        return request.end(NOTHING);
    }

    /** HTTP/2 says that a body is missing by ending the request; in HTTP/1.1 servers want to be told where one is usual. */
    private boolean isSilentlyEmpty() {
        return exchange.wire().version() == HttpVersion.HTTP_2
                && switch (target.method()) {
                    case "POST", "PUT", "PATCH" -> true;
                    default -> false;
                };
    }

    private boolean goesUpstream(String name) {
        boolean expectation = name.equalsIgnoreCase("Expect");
        return !Fields.isHopByHop(name) && !name.equalsIgnoreCase("Content-Length") && (!expectation || streamsBody);
    }

    /** Response fields without those that belong to the upstream connection. */
    static Headers endToEnd(Headers headers) {
        if (!hasHopByHop(headers)) {
            return headers;
        }
        var connectionBound = connectionBound(headers);
        var builder = Headers.builder();
        for (int i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            if (!Fields.isHopByHop(name) && !contains(connectionBound, name)) {
                builder.add(name, headers.value(i));
            }
        }
        return builder.build();
    }

    private static boolean hasHopByHop(Headers headers) {
        for (int i = 0; i < headers.size(); i++) {
            if (Fields.isHopByHop(headers.name(i))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> connectionBound(Headers headers) {
        List<String> names = List.of();
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase("Connection")) {
                for (var name : headers.value(i).split(",", -1)) {
                    var stripped = name.strip();
                    if (!stripped.equalsIgnoreCase("close") && !stripped.equalsIgnoreCase("keep-alive")) {
                        names = names.isEmpty() ? new ArrayList<>(2) : names;
                        names.add(stripped);
                    }
                }
            }
        }
        return names;
    }

    private static boolean contains(List<String> names, String name) {
        for (var each : names) {
            if (each.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
