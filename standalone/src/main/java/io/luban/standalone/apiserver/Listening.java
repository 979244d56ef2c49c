package io.luban.standalone.apiserver;

import io.luban.http.TlsMaterial;
import io.luban.standalone.process.CommandLineFlags;
import io.luban.standalone.process.Invocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the gateway listens.
 *
 * @param keyPair the files of its identity; nothing for plain HTTP
 */
record Listening(String address, int port, Optional<KeyPair> keyPair) {
    /** Files of a certificate chain and its key. */
    record KeyPair(Path certificate, Path key) {
        /** Reads both; throws {@link UncheckedIOException} naming the one that cannot be read. */
        TlsMaterial read() {
            return new TlsMaterial(bytes(certificate), bytes(key), false);
        }

        private static byte[] bytes(Path file) {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new UncheckedIOException(new IOException(file + " cannot be read", e));
            }
        }
    }

    /** Reads the flags and adds what is wrong with them to the problems. */
    static Listening of(Invocation invocation, List<String> problems) {
        var flags = invocation.flags();
        int secure = invocation.port("secure-port", problems);
        int insecure = invocation.port("insecure-port", problems);
        var address = flags.value("bind-address");
        if (secure == 0) {
            if (insecure == 0) {
                problems.add("--insecure-port and --secure-port are both 0: one of them has to be a port");
            }
            return new Listening(address, insecure, Optional.empty());
        }
        var certificate = readable(flags, "tls-cert-file", problems);
        var key = readable(flags, "tls-private-key", problems);
        return new Listening(address, secure, Optional.of(new KeyPair(certificate, key)));
    }

    private static Path readable(CommandLineFlags flags, String name, List<String> problems) {
        var file = Path.of(flags.value(name));
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            problems.add("--%s: \"%s\" must be a readable file when --secure-port is set".formatted(name, file));
        }
        return file;
    }
}
