package io.luban.embeddedkube.custom;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.StoredObject;
import java.time.Duration;
import java.util.Arrays;

/**
 * Instances as they were served lately in another form than the stored one: however many lists and watches want the same
 * state of an object in the same version, it is converted once. What a webhook converted is forgotten soon, for that
 * program may be replaced by a better one.
 */
final class ServedForms {
    private static final long MOST_BYTES = 32L * 1024 * 1024;
    private static final Duration COMPUTED = Duration.ofMinutes(5);
    private static final Duration ASKED_FOR = Duration.ofSeconds(10);
    private static final int ENTRY_BYTES = 256;

    private final AsyncCache<Form, byte[]> computed = cache(COMPUTED);
    private final AsyncCache<Form, byte[]> askedFor = cache(ASKED_FOR);

    /**
     * One state of an object in one version.
     *
     * @param epoch tells versions of the definition apart
     * @param content tells states apart that were told under the same revision
     */
    record Form(String apiVersion, long epoch, ObjectKey key, long revision, int content) {
        static Form of(String apiVersion, long epoch, StoredObject object) {
            return new Form(apiVersion, epoch, object.key(), object.revision(), Arrays.hashCode(object.json()));
        }
    }

    /** Those that are cheap to make again, or those that a webhook made. */
    AsyncCache<Form, byte[]> of(boolean areAskedFor) {
        return areAskedFor ? askedFor : computed;
    }

    private static AsyncCache<Form, byte[]> cache(Duration life) {
        return Caffeine.newBuilder()
                .maximumWeight(MOST_BYTES)
                .weigher((Form form, byte[] json) -> ENTRY_BYTES + json.length)
                .expireAfterWrite(life)
                .scheduler(Scheduler.systemScheduler())
                .buildAsync();
    }
}
