package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Quantity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Refuses new objects that would exceed a ResourceQuota of their namespace. What was let through counts at once, also
 * before it is stored; a write that fails later is forgotten after a few seconds. One lock guards what is under way.
 */
final class QuotaAdmission implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource QUOTAS = new GroupResource("", "resourcequotas");
    private static final Duration UNDER_WAY = Duration.ofSeconds(5);

    private final Store store;
    private final QuotaUsage usage;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ObjectKey, Pending> pending = new HashMap<>();

    private record Pending(Map<String, Quantity> amounts, Instant until) {}

    QuotaAdmission(Store store, Clock clock) {
        this.store = store;
        this.usage = new QuotaUsage(store);
        this.clock = clock;
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (request.operation() != Operation.CREATE
                || request.namespace().isEmpty()
                || !request.subresource().isEmpty()
                || request.type().storage().equals(QUOTAS)) {
            return;
        }
        var quotas = store.snapshot(QUOTAS).inNamespace(request.namespace());
        if (!quotas.iterator().hasNext()) {
            return;
        }
        var wanted = QuotaUsage.of(request.type().storage(), request.object());
        lock.lock();
        try {
            forgetSettled();
            for (var quota : quotas) {
                check(request, quota.key().name(), quota.tree(), wanted);
            }
            if (!request.dryRun()) {
                var key = new ObjectKey(request.type().storage(), request.namespace(), request.name());
                pending.put(key, new Pending(wanted, clock.instant().plus(UNDER_WAY)));
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetSettled() {
        for (Iterator<Map.Entry<ObjectKey, Pending>> entries =
                        pending.entrySet().iterator();
                entries.hasNext(); ) {
            var entry = entries.next();
            if (entry.getValue().until().isBefore(clock.instant())
                    || store.get(entry.getKey()).isPresent()) {
                entries.remove();
            }
        }
    }

    private void check(AdmissionRequest request, String quota, JsonNode object, Map<String, Quantity> wanted) {
        var resourceType = request.type().storage();
        if (!QuotaScopes.covers(object, resourceType, request.object())) {
            return;
        }
        var hard = PodResources.quantities(Trees.at(object, "spec", "hard"));
        if (resourceType.equals(PODS)) {
            var unstated = QuotaScopes.unstated(hard.keySet(), request.object());
            if (!unstated.isEmpty()) {
                throw refused(
                        request, "failed quota: %s: must specify %s".formatted(quota, String.join("; ", unstated)));
            }
        }
        hard.keySet().retainAll(wanted.keySet());
        if (hard.isEmpty()) {
            return;
        }
        var used = usage.used(object, hard.keySet());
        pending.forEach((key, entry) -> {
            if (key.namespace().equals(request.namespace())) {
                entry.amounts().forEach((name, amount) -> used.computeIfPresent(name, (n, sum) -> sum.plus(amount)));
            }
        });
        var exceeded = new TreeMap<>(hard);
        exceeded.keySet()
                .removeIf(name -> amount(used, name).plus(amount(wanted, name)).compareTo(amount(hard, name)) <= 0);
        if (!exceeded.isEmpty()) {
            var message = "exceeded quota: %s, requested: %s, used: %s, limited: %s"
                    .formatted(quota, shown(exceeded, wanted), shown(exceeded, used), shown(exceeded, hard));
            throw refused(request, message);
        }
    }

    private static ApiException refused(AdmissionRequest request, String why) {
        var resource = request.type().resource();
        return ApiException.forbidden(
                resource, request.name(), "%s \"%s\" is forbidden: %s".formatted(resource, request.name(), why));
    }

    private static Quantity amount(Map<String, Quantity> amounts, String name) {
        return amounts.getOrDefault(name, Quantity.ZERO);
    }

    private static String shown(Map<String, Quantity> names, Map<String, Quantity> amounts) {
        return names.keySet().stream()
                .map(name -> name + "=" + amount(amounts, name))
                .collect(Collectors.joining(","));
    }
}
