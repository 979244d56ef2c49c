package io.luban.apiserver.authentication;

import io.luban.kube.CacheListener;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.kube.ProjectedCache;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All platform users, by name and by e-mail address. Lookups cost the same however many there are. */
public final class Accounts implements AutoCloseable {
    /** Where User objects live. */
    public static final String PATH = "/apis/iam.kubesphere.io/v1beta1/users";

    private final Map<String, String> nameByEmail = new ConcurrentHashMap<>();
    private final ProjectedCache<Account> cache;

    /** Follows the User objects; {@code observer} hears of changes after the index knows them. */
    public Accounts(KubeRest kube, CacheListener<Account> observer) {
        CacheListener<Account> listener = (name, before, after) -> {
            index(before, after);
            observer.changed(name, before, after);
        };
        cache = ProjectedCache.start(kube, CollectionQuery.of(PATH), Account::from, listener);
    }

    private void index(Optional<Account> before, Optional<Account> after) {
        before.ifPresent(account -> nameByEmail.remove(key(account), account.name()));
        after.filter(account -> !account.profile().email().isEmpty())
                .ifPresent(account -> nameByEmail.putIfAbsent(key(account), account.name()));
    }

    private static String key(Account account) {
        return account.profile().email().toLowerCase(Locale.ROOT);
    }

    /** The account of that object name. */
    public Optional<Account> named(String name) {
        return cache.find("", name);
    }

    /** The account somebody means who logs in: by address when it is one, otherwise by name. */
    public Optional<Account> forLogin(String login) {
        if (login.indexOf('@') <= 0) {
            return named(login);
        }
        return Optional.ofNullable(nameByEmail.get(login.toLowerCase(Locale.ROOT)))
                .flatMap(this::named);
    }

    /** All accounts; a live view. */
    public Map<ObjectName, Account> all() {
        return cache.all();
    }

    /** Whether the first listing is complete. */
    public boolean isSynced() {
        return cache.isSynced();
    }

    /** Waits for the first listing. */
    public boolean awaitSync(Duration limit) throws InterruptedException {
        return cache.awaitSync(limit);
    }

    @Override
    public void close() {
        cache.close();
    }
}
