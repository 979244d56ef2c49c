package io.luban.controller.serviceaccount;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.extension.ObjectEvents;
import io.luban.controller.loop.Loops;
import io.luban.controller.loop.ReconcileLoop;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import io.luban.model.Ids;
import java.time.Clock;
import java.util.Optional;

/** The controllers of accounts and of their Secrets, with the watches that wake them. */
public final class AccountControllers implements AutoCloseable {
    private static final int WORKERS = 2;

    private final ReconcileLoop accountLoop;
    private final ReconcileLoop tokenLoop;
    private final ProjectedCache<Watched> secrets;
    private final ProjectedCache<String> accounts;

    /** A Secret; {@code isDue} while it lacks its token. */
    private record Watched(String account, boolean isDue) {}

    private AccountControllers(KubeRest kube, AccountSettings settings, Loops loops, Clock clock) {
        var ids = Ids.random();
        var authority = settings.isTlsInside() ? Optional.of(new RootAuthority(kube)) : Optional.<RootAuthority>empty();
        accountLoop = loops.start(
                "serviceaccount",
                WORKERS,
                new AccountReconciler(kube, new ObjectEvents(kube, ids, clock), authority, new Restarts(kube, clock)));
        tokenLoop = loops.start("serviceaccount-token", 1, new TokenReconciler(kube, settings, ids, clock));
        secrets = ProjectedCache.start(
                kube,
                CollectionQuery.of("/api/v1/secrets").where("type=" + Accounts.TYPE),
                AccountControllers::watched,
                (name, before, after) -> {
                    if (after.map(Watched::isDue).orElse(false)) {
                        tokenLoop.add(new Place(name.namespace(), name.name()).key());
                    }
                    after.or(() -> before)
                            .map(Watched::account)
                            .filter(account -> !account.isEmpty())
                            .ifPresent(account -> accountLoop.add(new Place(name.namespace(), account).key()));
                });
        accounts = ProjectedCache.start(
                kube,
                CollectionQuery.of(Accounts.all()),
                account -> Optional.of(account.at("/metadata/resourceVersion").asText("")),
                (name, before, after) -> {
                    accountLoop.add(new Place(name.namespace(), name.name()).key());
                    addDue(new Place(name.namespace(), name.name()));
                });
    }

    /** Starts the controllers. */
    public static AccountControllers start(KubeRest kube, AccountSettings settings, Loops loops, Clock clock) {
        return new AccountControllers(kube, settings, loops, clock);
    }

    /** Secrets may be there before their account. */
    private void addDue(Place account) {
        secrets.all().forEach((name, secret) -> {
            if (secret.isDue()
                    && name.namespace().equals(account.namespace())
                    && secret.account().equals(account.name())) {
                tokenLoop.add(new Place(name.namespace(), name.name()).key());
            }
        });
    }

    private static Optional<Watched> watched(ObjectNode secret) {
        return Optional.of(new Watched(Accounts.owner(secret), !Accounts.hasToken(secret)));
    }

    @Override
    public void close() {
        accounts.close();
        secrets.close();
        accountLoop.close();
        tokenLoop.close();
    }
}
