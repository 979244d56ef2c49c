package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.configMap;
import static io.luban.embeddedkube.store.StoreFixture.key;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The process that is killed: writes pairs of objects for ever and tells on its output what was acknowledged ({@code A name
 * revision}, {@code D name revision}) and what a watch has seen ({@code W revision}).
 */
final class CrashWriter {
    private static final int THREADS = 8;
    private static final int NAMES = 20;

    private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);
    private final ReentrantLock lock = new ReentrantLock();

    private CrashWriter() {}

    /** Arguments: directory, seed. */
    public static void main(String[] arguments) throws Exception {
        new CrashWriter().run(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    }

    private void run(Path directory, long seed) throws InterruptedException {
        var store = StoreFixture.open(directory);
        tell("S " + store.revision());
        store.watch(CONFIG_MAPS, store.revision(), event -> tell("W " + event.revision()));
        for (int thread = 1; thread < THREADS; thread++) {
            int number = thread;
            Thread.ofPlatform().start(() -> write(store, number, new Random(seed + number)));
        }
        write(store, 0, new Random(seed));
    }

    private void write(Store store, int thread, Random random) {
        for (int round = 0; ; round++) {
            int number = random.nextInt(NAMES);
            var left = "left-" + thread + "-" + number;
            var right = "right-" + thread + "-" + number;
            boolean deletes = store.get(key(left)).isPresent() && random.nextInt(4) == 0;
            var value = round + "-" + "x".repeat(random.nextInt(3_000));
            var changes = deletes
                    ? List.<Change>of(
                            new Change.Delete(key(left), Change.ANY), new Change.Delete(key(right), Change.ANY))
                    : List.<Change>of(
                            new Change.Put(key(left), Change.ANY, configMap(left, value)),
                            new Change.Put(key(right), Change.ANY, configMap(right, value)));
            var states = store.commit(changes);
            tell((deletes ? "D " : "A ") + left + " " + states.getFirst().revision());
        }
    }

    private void tell(String line) {
        lock.lock();
        try {
            output.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        } finally {
            lock.unlock();
        }
    }
}
