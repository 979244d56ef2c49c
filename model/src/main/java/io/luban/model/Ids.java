package io.luban.model;

import java.security.SecureRandom;
import java.util.UUID;

/** Source of identifiers that nothing else has; handed to whoever needs some, so that tests can foresee them. */
public interface Ids {
    /** Letters of generated name suffixes: no vowels, no look-alikes. */
    String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    /** A random UUID (RFC 9562 version 4) in its usual text form. */
    String uuid();

    /** Random text of {@link #SUFFIX_ALPHABET} that ends generated names. */
    String suffix(int length);

    /** Identifiers from the operating system's random source; safe for use from any thread. */
    static Ids random() {
        var random = new SecureRandom();
        return new Ids() {
            @Override
            public String uuid() {
                return UUID.randomUUID().toString();
            }

            @Override
            public String suffix(int length) {
                var text = new StringBuilder(length);
                for (int i = 0; i < length; i++) {
                    text.append(SUFFIX_ALPHABET.charAt(random.nextInt(SUFFIX_ALPHABET.length())));
                }
                return text.toString();
            }
        };
    }
}
