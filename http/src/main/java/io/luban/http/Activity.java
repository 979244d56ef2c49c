package io.luban.http;

import java.util.concurrent.atomic.AtomicInteger;

/** What goes on over one listener; written on its event loop only, read by anybody. */
final class Activity {
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger upgrades = new AtomicInteger();

    void requestBegins() {
        requests.setRelease(requests.getPlain() + 1);
    }

    void upgraded() {
        upgrades.setRelease(upgrades.getPlain() + 1);
    }

    void requestEnds(boolean wasUpgraded) {
        requests.setRelease(requests.getPlain() - 1);
        if (wasUpgraded) {
            upgrades.setRelease(upgrades.getPlain() - 1);
        }
    }

    int requests() {
        return requests.getAcquire();
    }

    int upgrades() {
        return upgrades.getAcquire();
    }
}
