package io.luban.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * The header block of a request as the rest of the program sees it. Refuses what two readers could understand differently,
 * and drops what the client meant for this connection only, before anything is added: a client that names
 * {@code X-Remote-User} in its {@code Connection} field must not have the gateway's own field of that name removed.
 *
 * @param headers without Host and without fields that {@code Connection} names
 * @param closes whether the client wants the connection closed afterwards
 * @param problem why the request is refused, {@code ""} if it is not
 */
record ReceivedHead(Headers headers, boolean closes, String problem) {
    static ReceivedHead read(HttpServerRequest wire, KnownValues knownValues) {
        var reader = new Reader(knownValues);
        wire.headers().forEach(reader::add);
        boolean needsHost = wire.version() == HttpVersion.HTTP_1_1;
        var problem = reader.problem(needsHost);
        return new ReceivedHead(reader.headers(), Fields.hasToken(reader.connection, "close"), problem);
    }

    private static final class Reader {
        private final KnownValues knownValues;
        private final Headers.Builder fields = Headers.builder();
        private String connection = "";
        private String length = "";
        private String problem = "";
        private int hosts;
        private int codings;

        Reader(KnownValues knownValues) {
            this.knownValues = knownValues;
        }

        void add(String name, String received) {
            var value = knownValues.checked(received);
            if (!Fields.isToken(name)) {
                problem = "malformed header name";
            } else if (value == null) {
                problem = "malformed value of header " + Fields.lower(name);
            } else if (name.equalsIgnoreCase("Host")) {
                host(value);
            } else {
                if (name.equalsIgnoreCase("Connection")) {
                    connection = connection.isEmpty() ? value : connection + "," + value;
                } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
                    coding(value);
                } else if (name.equalsIgnoreCase("Content-Length")) {
                    length(value);
                }
                fields.add(name, value);
            }
        }

        private void host(String value) {
            if (++hosts > 1) {
                problem = "more than one Host header";
            }
            if (!Fields.isHost(value)) {
                problem = "malformed value of header host";
            }
        }

        private void length(String value) {
            boolean isNumber = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!isNumber || !(length.isEmpty() || length.equals(value))) {
                problem = "malformed or contradicting content length";
            }
            length = value;
        }

        private void coding(String value) {
            if (++codings > 1 || !value.strip().equalsIgnoreCase("chunked")) {
                problem = "unknown transfer encoding";
            }
        }

        String problem(boolean needsHost) {
            return problem.isEmpty() && needsHost && hosts == 0 ? "the Host header is missing" : problem;
        }

        Headers headers() {
            if (connection.isEmpty()) {
                return fields.build();
            }
            for (var name : connection.split(",", -1)) {
                var stripped = name.strip();
                if (Fields.isToken(stripped) && !Fields.isHopByHop(stripped)) {
                    fields.remove(stripped);
                }
            }
            return fields.build();
        }
    }
}
