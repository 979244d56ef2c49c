package io.luban.embeddedkube.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lets the operating system refuse what this process does with one file, as a failing disk would. Linux only. */
@SuppressWarnings("restricted")
final class FailingDisk {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int READ_ONLY = 0;
    private static final int READ_WRITE = 2;
    private static final int FILE_SIZE = 1;
    private static final Linker LINKER = Linker.nativeLinker();

    private FailingDisk() {}

    static boolean isPossible() {
        return Files.isDirectory(DESCRIPTORS);
    }

    /** Everything written to the file from now on is refused; reading goes on. */
    static void refuseWrites(Path file) throws IOException {
        replace(file, file, READ_ONLY);
    }

    /** What is written to the file is lost, and it cannot be forced to the disk either. */
    static void loseWrites(Path file) throws IOException {
        replace(file, Path.of("/dev/null"), READ_WRITE);
    }

    private static void replace(Path file, Path by, int mode) throws IOException {
        try (var arena = Arena.ofConfined()) {
            int descriptor = call(
                    "open",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                    arena.allocateFrom(by.toString()),
                    mode);
            var twoNumbers = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
            for (int open : descriptorsOf(file)) {
                call("dup2", twoNumbers, descriptor, open);
            }
            call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), descriptor);
        }
    }

    private static List<Integer> descriptorsOf(Path file) throws IOException {
        var found = new ArrayList<Integer>();
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            for (var descriptor : all.toList()) {
                if (target(descriptor).equals(Optional.of(file.toRealPath()))) {
                    found.add(Integer.parseInt(descriptor.getFileName().toString()));
                }
            }
        }
        return found;
    }

    /** What the descriptor stands for; nothing when another thread has closed it since it was listed. */
    private static Optional<Path> target(Path descriptor) throws IOException {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** No file of this process grows beyond that size until closed: what is written across it is written in part. */
    static AutoCloseable limitFiles(long bytes) {
        limit(bytes);
        return () -> limit(-1);
    }

    private static void limit(long bytes) {
        try (var arena = Arena.ofConfined()) {
            var limits = arena.allocate(ValueLayout.JAVA_LONG, 2);
            limits.setAtIndex(ValueLayout.JAVA_LONG, 0, bytes);
            limits.setAtIndex(ValueLayout.JAVA_LONG, 1, -1);
            call(
                    "setrlimit",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS),
                    FILE_SIZE,
                    limits);
        }
    }

    private static int call(String name, FunctionDescriptor signature, Object... arguments) {
        MemorySegment function = LINKER.defaultLookup().find(name).orElseThrow();
        try {
            int result = (int) LINKER.downcallHandle(function, signature).invokeWithArguments(arguments);
            if (result < 0) {
                throw new IllegalStateException(name + " failed");
            }
            return result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name, e);
        }
    }
}
