package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** What the value of a row looks like: plain or encrypted, and with which checksum. */
record RowCodec(Optional<ValueCipher> cipher) {
    /** The value is in the table {@code large} under the row's revision. */
    static final int LARGE = 1;

    /** The value is encrypted. */
    static final int ENCRYPTED = 2;

    private static final GroupResource SECRETS = new GroupResource("", "secrets");

    /** The form bits of a value of that resource. */
    int form(GroupResource resource) {
        return cipher.isPresent() && resource.equals(SECRETS) ? ENCRYPTED : 0;
    }

    byte[] encode(int form, String key, long revision, byte[] json) {
        return (form & ENCRYPTED) == 0 ? json : cipher.orElseThrow().encrypt(key, revision, json);
    }

    byte[] decode(int form, String key, long revision, byte[] value) throws IOException {
        if ((form & ENCRYPTED) == 0) {
            return value;
        }
        try {
            return cipher.orElseThrow(() -> new GeneralSecurityException("no key"))
                    .decrypt(key, revision, value);
        } catch (GeneralSecurityException e) {
            throw new IOException("%s at revision %d cannot be decrypted".formatted(key, revision), e);
        }
    }

    static long objectSum(String key, long created, long revision, int form, byte[] value) {
        return new Checksum()
                .add(key)
                .add(created)
                .add(revision)
                .add(form)
                .add(value)
                .value();
    }

    static long largeSum(String key, long revision, int form, byte[] value) {
        return new Checksum().add(key).add(revision).add(form).add(value).value();
    }

    static long textSum(String key, String value) {
        return new Checksum().add(key).add(value).value();
    }

    static long floorSum(String resource, long revision) {
        return new Checksum().add(resource).add(revision).value();
    }
}
