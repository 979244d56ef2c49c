package io.luban.embeddedkube.admission;

import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Quantity;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Refuses writes that would take more than a ResourceQuota of their namespace allows. What was let through counts at once,
 * also before it is stored; a write that comes to nothing is forgotten with it, or after a few seconds.
 */
final class QuotaAdmission implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final Set<GroupResource> GROWING =
            Set.of(new GroupResource("", "services"), new GroupResource("", "persistentvolumeclaims"));
    private static final Duration UNDER_WAY = Duration.ofSeconds(5);

    private final Store store;
    private final QuotaLedger ledger;
    private final Clock clock;

    QuotaAdmission(Store store, QuotaLedger ledger, Clock clock) {
        this.store = store;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (request.namespace().isEmpty() || !mayTakeMore(request)) {
            return;
        }
        var accounts = new ArrayList<QuotaAccount>();
        store.snapshot(QuotaLedger.QUOTAS)
                .inNamespace(request.namespace())
                .forEach(quota -> accounts.add(ledger.account(quota.tree())));
        if (accounts.isEmpty()) {
            return;
        }
        var key = new ObjectKey(request.type().storage(), request.namespace(), request.name());
        boolean isTaken = request.old().isEmpty() && store.get(key).isPresent();
        ledger.exclusively(() -> {
            var charges = new LinkedHashMap<QuotaAccount, Map<String, Quantity>>();
            accounts.forEach(account -> charges.put(account, charge(request, key, account)));
            if (!request.dryRun() && !isTaken) {
                var until = clock.instant().plus(UNDER_WAY);
                charges.forEach((account, amounts) -> account.reserve(key, amounts, request.object(), until));
            }
        });
    }

    /** Of what is there already only a few things can grow. */
    private static boolean mayTakeMore(AdmissionRequest request) {
        var resource = request.type().storage();
        return switch (request.operation()) {
            case CREATE -> request.subresource().isEmpty();
            case UPDATE ->
                request.subresource().isEmpty()
                        ? GROWING.contains(resource)
                        : resource.equals(PODS) && request.subresource().equals("resize");
            case DELETE, CONNECT -> false;
        };
    }

    /** What the write takes more than before; throws when that is too much. */
    private Map<String, Quantity> charge(AdmissionRequest request, ObjectKey key, QuotaAccount account) {
        var resource = request.type().storage();
        var wanted = account.taken(resource, request.object());
        requireStatements(request, account);
        var more = new TreeMap<>(wanted);
        request.old()
                .map(old -> account.taken(resource, old))
                .orElse(Map.of())
                .forEach((name, before) -> more.computeIfPresent(name, (n, amount) -> amount.minus(before)));
        more.values().removeIf(amount -> amount.signum() <= 0);
        if (more.isEmpty()) {
            return Map.of();
        }
        var used = account.promised(key, clock.instant());
        var exceeded = new TreeMap<>(more);
        exceeded.entrySet()
                .removeIf(entry -> amount(used, entry.getKey())
                                .plus(entry.getValue())
                                .compareTo(amount(account.hard(), entry.getKey()))
                        <= 0);
        if (!exceeded.isEmpty()) {
            var message = "exceeded quota: %s, requested: %s, used: %s, limited: %s"
                    .formatted(
                            account.name(),
                            shown(exceeded, more),
                            shown(exceeded, used),
                            shown(exceeded, account.hard()));
            throw refused(request, message);
        }
        return more;
    }

    private static void requireStatements(AdmissionRequest request, QuotaAccount account) {
        var resource = request.type().storage();
        if (!resource.equals(PODS) || !QuotaScopes.covers(account.quota(), resource, request.object())) {
            return;
        }
        var unstated = QuotaScopes.unstated(account.hard().keySet(), request.object());
        if (!unstated.isEmpty()) {
            throw refused(
                    request,
                    "failed quota: %s: must specify %s".formatted(account.name(), String.join("; ", unstated)));
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
