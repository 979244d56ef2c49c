package io.luban.apiserver.content;

import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Bytes served from memory with a strong validator, compressed once for all clients that accept it: by gzip from the
 * start, by Brotli soon after somebody asked for it. Never blocks.
 */
public final class StoredContent {
    private static final int WORTH_COMPRESSING = 1024;
    private static final byte[] NOTHING = {};
    private static final String REVALIDATED = "no-cache";
    private static final String FOR_GOOD = "public, max-age=31536000, immutable";

    private final byte[] plain;
    private final byte[] gzip;
    private final String tag;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile byte @Nullable [] brotli;

    private StoredContent(byte[] plain, byte[] gzip, String tag) {
        this.plain = plain;
        this.gzip = gzip;
        this.tag = tag;
    }

    /** The bytes, compressed if that is worth it. */
    public static StoredContent of(byte[] bytes) {
        var compressed = bytes.length < WORTH_COMPRESSING ? NOTHING : Gzip.compress(bytes);
        var useful = compressed.length < bytes.length ? compressed : NOTHING;
        return new StoredContent(bytes, useful, digest(bytes));
    }

    /** Bytes of memory it takes, with those of the variant that may be asked for. */
    public int size() {
        return plain.length + 2 * gzip.length;
    }

    /**
     * The answer to a GET or HEAD; 304 when the client has these bytes (RFC 9110 §13.1.2). An address that names the bytes
     * by {@code ?hash=} may be kept for good.
     */
    public Reply reply(Request request, String contentType) {
        return reply(request, contentType, false);
    }

    /**
     * The answer to a GET or HEAD.
     *
     * @param forGood whether the address that was asked for can never answer other bytes
     */
    public Reply reply(Request request, String contentType, boolean forGood) {
        var variant = variant(request);
        boolean unchanging = forGood || request.query("hash").equals(Optional.of(tag));
        var entityTag = variant.coding().isEmpty() ? "\"" + tag + "\"" : "\"" + tag + "-" + variant.coding() + "\"";
        var headers = Headers.builder()
                .add("Content-Type", contentType)
                .add("ETag", entityTag)
                .add("Cache-Control", unchanging ? FOR_GOOD : REVALIDATED)
                .add("Vary", "Accept-Encoding")
                .add("X-Content-Type-Options", "nosniff");
        if (EntityTags.hold(request, entityTag)) {
            return new Reply.Content(304, headers.build(), new byte[0]);
        }
        if (!variant.coding().isEmpty()) {
            headers.add("Content-Encoding", variant.coding());
        }
        return new Reply.Content(200, headers.build(), variant.bytes());
    }

    /**
     * The content in one of its codings.
     *
     * @param coding as {@code Content-Encoding} names it, empty for none
     */
    private record Variant(String coding, byte[] bytes) {}

    /** The smallest that the client takes. */
    private Variant variant(Request request) {
        if (gzip.length > 0 && Brotli.isAccepted(request)) {
            var dense = brotli();
            if (dense.length > 0) {
                return new Variant("br", dense);
            }
        }
        return gzip.length > 0 && Gzip.isAccepted(request) ? new Variant("gzip", gzip) : new Variant("", plain);
    }

    /** Nothing before it is made, which the first who takes it sets going, and where it cannot be made or is no better. */
    private byte[] brotli() {
        var made = brotli;
        if (made != null) {
            return made;
        }
        if (asked.compareAndSet(false, true)) {
            Thread.ofVirtual().name("brotli").start(this::compress);
        }
        return NOTHING;
    }

    private void compress() {
        brotli = Brotli.compress(plain)
                .filter(bytes -> bytes.length < gzip.length)
                .orElse(NOTHING);
    }

    private static String digest(byte[] bytes) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java lacks SHA-256", e);
        }
    }
}
