package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much of every ResourceQuota is used, following the commit stream: a write costs the same however many objects its
 * namespace holds. Accounts are opened when they are first asked for. One lock guards them all; the store is never asked
 * while it is held.
 */
public final class QuotaLedger implements AutoCloseable {
    static final GroupResource QUOTAS = new GroupResource("", "resourcequotas");

    private final Store store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Map<String, QuotaAccount>> accounts = new HashMap<>();
    private final Store.Subscription subscription;

    /** Follows that store until closed. */
    public QuotaLedger(Store store) {
        this.store = store;
        this.subscription = store.watchAll(this::observe);
    }

    /** What stored objects use of each thing that the quota limits; things that nothing uses are zero. */
    public Map<String, Quantity> used(JsonNode quota) {
        var account = account(quota);
        lock.lock();
        try {
            return account.used();
        } finally {
            lock.unlock();
        }
    }

    /** The account of a quota as it is now, counted. */
    QuotaAccount account(JsonNode quota) {
        var opened = new QuotaAccount(quota);
        var account = known(quota, opened);
        if (account == opened) {
            count(opened);
        }
        account.await();
        return account;
    }

    private QuotaAccount known(JsonNode quota, QuotaAccount opened) {
        lock.lock();
        try {
            return accounts.computeIfAbsent(Trees.namespace(quota), namespace -> new HashMap<>())
                    .compute(Trees.name(quota), (name, known) -> known != null && known.isOf(quota) ? known : opened);
        } finally {
            lock.unlock();
        }
    }

    private void count(QuotaAccount account) {
        try {
            account.count(store);
        } catch (RuntimeException e) {
            forget(account.quota(), account);
            account.fail(e);
            throw e;
        }
        exclusively(account::settle);
    }

    /** Runs the task while no account changes. */
    void exclusively(Runnable task) {
        lock.lock();
        try {
            task.run();
        } finally {
            lock.unlock();
        }
    }

    private void forget(JsonNode quota, QuotaAccount account) {
        exclusively(
                () -> accounts.getOrDefault(Trees.namespace(quota), Map.of()).remove(Trees.name(quota), account));
    }

    private void observe(Event event) {
        var key = event.object().key();
        if (key.namespace().isEmpty()) {
            return;
        }
        lock.lock();
        try {
            var inNamespace = accounts.get(key.namespace());
            if (inNamespace == null) {
                return;
            }
            if (key.resource().equals(QUOTAS) && event.type() == Event.Type.DELETED) {
                inNamespace.remove(key.name());
            }
            inNamespace.values().forEach(account -> account.apply(event));
            if (inNamespace.isEmpty()) {
                accounts.remove(key.namespace());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The write of the object came to nothing; what was reserved for it goes back. */
    public void release(ObjectKey object, Object write) {
        exclusively(() -> accounts.getOrDefault(object.namespace(), Map.of())
                .values()
                .forEach(account -> account.release(object, write)));
    }

    @Override
    public void close() {
        subscription.close();
    }
}
