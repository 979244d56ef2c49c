package io.luban.embeddedkube.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.model.GroupResource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ControllerRunnerTest {
    /** Looks at ConfigMaps and comes to grief in different ways. */
    private record Clumsy(AtomicInteger looks) implements Controller {
        @Override
        public String name() {
            return "clumsy";
        }

        @Override
        public boolean concerns(GroupResource resource) {
            return resource.resource().equals("configmaps");
        }

        @Override
        public void observe(Event event, Consumer<ObjectKey> queue) {
            queue.accept(event.object().key());
        }

        @Override
        public Outcome reconcile(ObjectKey key) {
            looks.incrementAndGet();
            if (key.name().equals("deadly")) {
                throw new LinkageError("a class is missing");
            }
            throw new IllegalStateException("not yet");
        }
    }

    @Test
    void a_controller_survives_failures_and_one_that_has_died_is_noticed() {
        var looks = new AtomicInteger();
        try (var cluster = new TestCluster();
                var runner = ControllerRunner.start(cluster.store(), List.of(new Clumsy(looks)))) {
            await().until(() -> looks.get() >= 3);
            assertThat(runner.isRunning()).isTrue();

            cluster.create(
                    "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'deadly', 'namespace': 'default'}}");

            await().dontCatchUncaughtExceptions().until(() -> !runner.isRunning());
        }
    }
}
