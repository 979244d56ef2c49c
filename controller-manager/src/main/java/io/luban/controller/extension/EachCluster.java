package io.luban.controller.extension;

import io.luban.controller.loop.Outcome;
import io.luban.model.ApiException;
import io.luban.model.ParseException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a step for every cluster of a plan; what goes wrong on one stops none of the others. */
final class EachCluster {
    private static final Logger log = LoggerFactory.getLogger(EachCluster.class);

    private EachCluster() {}

    /** The step of one cluster. */
    interface Step {
        Outcome take(String cluster) throws InterruptedException;
    }

    /**
     * Takes the steps. A step that has changed the plan ends the round, because the others would work on what is no longer
     * true. The first failure is thrown when everybody has had his turn.
     */
    static Outcome take(Collection<String> clusters, Step step) throws InterruptedException {
        Optional<RuntimeException> failure = Optional.empty();
        Optional<Duration> later = Optional.empty();
        for (var cluster : clusters) {
            try {
                if (step.take(cluster) instanceof Outcome.Again again) {
                    if (again.after().isZero()) {
                        return again;
                    }
                    later = later.filter(known -> known.compareTo(again.after()) < 0)
                            .or(() -> Optional.of(again.after()));
                }
            } catch (ApiException | ParseException e) {
                log.atWarn()
                        .addKeyValue("cluster", cluster)
                        .addKeyValue("cause", e.getMessage())
                        .log("step of a cluster failed");
                failure = failure.or(() -> Optional.of(e));
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return later.map(Outcome::again).orElse(Outcome.DONE);
    }
}
