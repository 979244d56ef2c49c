package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The keys that a store was given.
 *
 * @param active encrypts what is written; empty leaves it readable
 * @param all for what was written before
 */
record EncryptionKeys(Optional<ValueCipher> active, List<ValueCipher> all, String origin) {
    private static final int KEY_BYTES = 32;
    private static final int HEX_DIGITS = 2 * KEY_BYTES;
    private static final long MAX_FILE_BYTES = 64 * 1024;
    private static final String PLAIN = "plain";

    static EncryptionKeys of(StoreOptions options) {
        return options.encryptionKeyFile()
                .map(EncryptionKeys::read)
                .orElse(new EncryptionKeys(Optional.empty(), List.of(), ""));
    }

    private static EncryptionKeys read(Path file) {
        var ciphers = new ArrayList<ValueCipher>();
        boolean isPlain = false;
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new StoreOpenException("encryption key file %s is larger than 64 KiB".formatted(file));
            }
            for (var line : Files.readAllLines(file)) {
                var text = line.strip();
                if (text.isEmpty() || text.startsWith("#")) {
                    continue;
                }
                if (text.equals(PLAIN) && ciphers.isEmpty()) {
                    isPlain = true;
                } else {
                    ciphers.add(cipher(file, text));
                }
            }
        } catch (IOException e) {
            throw new StoreOpenException(
                    "encryption key file %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
        if (ciphers.isEmpty() && !isPlain) {
            throw new StoreOpenException("encryption key file %s holds no key".formatted(file));
        }
        var active = isPlain ? Optional.<ValueCipher>empty() : Optional.of(ciphers.getFirst());
        return new EncryptionKeys(active, List.copyOf(ciphers), file.toString());
    }

    private static ValueCipher cipher(Path file, String text) {
        try {
            var key = text.length() == HEX_DIGITS
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
            if (key.length == KEY_BYTES) {
                return new ValueCipher(key);
            }
        } catch (IllegalArgumentException e) {
            // the message below says what a key looks like; the text itself must not be shown
        }
        throw new StoreOpenException(
                "encryption key file %s: a key is 32 bytes in base64 or hexadecimal, one per line".formatted(file));
    }

    /** Fingerprint of the key that encrypts, empty for none. */
    String activeFingerprint() {
        return active.map(ValueCipher::fingerprint).orElse("");
    }

    /** The cipher of what is in the file; throws a refusal that names the key when it is not among these. */
    Optional<ValueCipher> cipherOf(String fingerprint, Path database) {
        if (fingerprint.isEmpty()) {
            return Optional.empty();
        }
        for (var cipher : all) {
            if (cipher.fingerprint().equals(fingerprint)) {
                return Optional.of(cipher);
            }
        }
        var given = all.stream().map(ValueCipher::fingerprint).collect(Collectors.joining(", "));
        throw new StoreOpenException(
                origin.isEmpty()
                        ? "%s holds Secrets encrypted with the key of fingerprint %s: name the file with that key by kube.store.encryptionKeyFile"
                                .formatted(database, fingerprint)
                        : "%s holds Secrets encrypted with the key of fingerprint %s, but %s has only %s: add that key as a further line"
                                .formatted(database, fingerprint, origin, given.isEmpty() ? "none" : given));
    }
}
