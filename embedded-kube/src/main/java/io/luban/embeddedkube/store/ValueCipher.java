package io.luban.embeddedkube.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM with a nonce of its own for each value; a value decrypts only under the key and revision it was written for. */
final class ValueCipher {
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int FINGERPRINT_BYTES = 8;

    private final SecretKey key;
    private final String fingerprint;
    private final SecureRandom random = new SecureRandom();

    /** {@code key} has 32 bytes. */
    ValueCipher(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
        this.fingerprint = fingerprint(key);
    }

    private static String fingerprint(byte[] key) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            var digest = mac.doFinal("luban store key".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, FINGERPRINT_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tells keys apart without telling anything about them. */
    String fingerprint() {
        return fingerprint;
    }

    byte[] encrypt(String objectKey, long revision, byte[] plain) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, objectKey, revision);
            var value = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, value, NONCE_BYTES);
            return value;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Throws when the value was not written for this key and revision with this cipher. */
    byte[] decrypt(String objectKey, long revision, byte[] value) throws GeneralSecurityException {
        if (value.length < NONCE_BYTES) {
            throw new GeneralSecurityException("value too short");
        }
        var cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(value, NONCE_BYTES), objectKey, revision);
        return cipher.doFinal(value, NONCE_BYTES, value.length - NONCE_BYTES);
    }

    private Cipher cipher(int mode, byte[] nonce, String objectKey, long revision) throws GeneralSecurityException {
        var cipher = Cipher.getInstance(TRANSFORMATION);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(ByteBuffer.allocate(Long.BYTES).putLong(revision).flip());
        cipher.updateAAD(objectKey.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    @Override
    public String toString() {
        return "ValueCipher[" + fingerprint + "]";
    }
}
