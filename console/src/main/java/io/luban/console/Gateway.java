package io.luban.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.http.Headers;
import io.luban.http.Upstream;
import io.luban.http.UpstreamClient;
import io.luban.http.UpstreamClient.Answer;
import io.luban.http.UpstreamClient.Call;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls of the console's own to the gateway. */
final class Gateway {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final long LIMIT_BYTES = 16L * 1024 * 1024;

    private final Upstream upstream;
    private final UpstreamClient client;

    Gateway(Upstream upstream, UpstreamClient client) {
        this.upstream = upstream;
        this.client = client;
    }

    /** What it answers; empty when it does not within five seconds. */
    Optional<Answer> get(String rawTarget, Headers headers) {
        try {
            return Optional.of(client.call(upstream, Call.get(rawTarget, headers), DEADLINE, LIMIT_BYTES));
        } catch (UncheckedIOException e) {
            log.atWarn().setCause(e).addKeyValue("target", rawTarget).log("the gateway did not answer");
            return Optional.empty();
        }
    }

    /** The JSON of a good answer. */
    Optional<JsonNode> json(String rawTarget, Headers headers) {
        return get(rawTarget, headers).filter(answer -> answer.status() == 200).flatMap(Gateway::parsed);
    }

    static Optional<JsonNode> parsed(Answer answer) {
        try {
            return Optional.of(Json.parse(answer.body()));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
