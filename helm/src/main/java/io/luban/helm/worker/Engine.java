package io.luban.helm.worker;

import com.marcnuri.helm.jni.HelmLib;
import com.marcnuri.helm.jni.NativeLibrary;
import com.sun.jna.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The native library. It is unpacked once per version of the library and kept, since it is about 100 MB; the library's
 * own loader would unpack it for every process.
 */
final class Engine {
    private Engine() {}

    static HelmLib load(Path directory) {
        // The name of the packaged file differs per platform, its service entry does not.
        var packaged = NativeLibrary.serviceProviderLibrary(Engine.class.getClassLoader());
        if (packaged == null) {
            throw new IllegalStateException("no Helm library for this operating system and processor: supported are"
                    + " linux and macOS on amd64 and arm64, windows on amd64");
        }
        var name = packaged.getBinaryName();
        var file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            unpack(packaged, name, file);
        }
        return Native.load(file.toString(), HelmLib.class);
    }

    private static void unpack(NativeLibrary packaged, String name, Path file) {
        try (var in = packaged.getClass().getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the Helm library");
            }
            var directory = file.toAbsolutePath().getParent();
            var part = Files.createTempFile(directory, name, ".part");
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            // Another worker may be at the same point; whole files replace each other.
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the Helm library cannot be unpacked to " + file, e);
        }
    }
}
