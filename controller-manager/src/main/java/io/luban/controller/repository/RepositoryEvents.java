package io.luban.controller.repository;

import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what happened to Repositories; what happened before is counted. Safe for use from any thread. */
final class RepositoryEvents {
    private static final Logger log = LoggerFactory.getLogger(RepositoryEvents.class);
    private static final String EVENTS = "/api/v1/namespaces/default/events";
    private static final int REMEMBERED = 500;
    private static final int LONGEST = 1024;

    private final KubeRest kube;
    private final Ids ids;
    private final Clock clock;
    private final Map<String, Said> said = new ConcurrentHashMap<>();

    private record Said(String name, int count) {}

    RepositoryEvents(KubeRest kube, Ids ids, Clock clock) {
        this.kube = kube;
        this.ids = ids;
        this.clock = clock;
    }

    void normal(RepositorySpec repository, String reason, String message) {
        tell(repository, "Normal", reason, message);
    }

    void warning(RepositorySpec repository, String reason, String message) {
        tell(repository, "Warning", reason, message);
    }

    private void tell(RepositorySpec repository, String type, String reason, String message) {
        var text = message.length() > LONGEST ? message.substring(0, LONGEST) : message;
        var key = String.join(" ", repository.uid(), reason, text);
        try {
            var before = said.get(key);
            var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
            if (before != null && count(before, now)) {
                said.put(key, new Said(before.name(), before.count() + 1));
                return;
            }
            var name = repository.name() + "." + ids.suffix(10);
            create(repository, new String[] {name, type, reason, text, now});
            said.put(key, new Said(name, 1));
            if (said.size() > REMEMBERED) {
                said.clear();
            }
        } catch (ApiException e) {
            // Events are a courtesy; what they tell is in the status as well.
            log.atDebug()
                    .addKeyValue("name", repository.name())
                    .addKeyValue("cause", e.getMessage())
                    .log("event not written");
        }
    }

    private boolean count(Said before, String now) {
        try {
            var patch = Json.object().put("count", before.count() + 1).put("lastTimestamp", now);
            kube.patch(EVENTS + "/" + before.name(), patch);
            return true;
        } catch (ApiException e) {
            if (e.code() == 404) {
                return false;
            }
            throw e;
        }
    }

    private void create(RepositorySpec repository, String[] words) {
        var event = Json.object().put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata").put("name", words[0]).put("namespace", "default");
        event.putObject("involvedObject")
                .put("apiVersion", Names.API_VERSION)
                .put("kind", "Repository")
                .put("name", repository.name())
                .put("uid", repository.uid());
        event.put("type", words[1]).put("reason", words[2]).put("message", words[3]);
        event.put("firstTimestamp", words[4]).put("lastTimestamp", words[4]).put("count", 1);
        event.putObject("source").put("component", "repository-controller");
        kube.create(EVENTS, event);
    }
}
