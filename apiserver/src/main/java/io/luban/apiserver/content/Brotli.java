package io.luban.apiserver.content;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import io.luban.http.Request;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The denser compression of browsers (RFC 7932). It is made by a native library, so there is none where that was not
 * built for the platform or where the temporary directory does not allow programs.
 */
final class Brotli {
    private static final Logger log = LoggerFactory.getLogger(Brotli.class);
    /** Higher ones take many times as long for a few percent. */
    private static final int QUALITY = 9;

    private Brotli() {}

    static boolean isAccepted(Request request) {
        return ContentCoding.isAccepted(request, "br");
    }

    /** The compressed bytes; empty when there is no library for it. */
    static Optional<byte[]> compress(byte[] bytes) {
        if (!Brotli4jLoader.isAvailable()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Encoder.compress(bytes, Encoder.Parameters.create(QUALITY)));
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("brotli failed, content goes out by gzip");
            return Optional.empty();
        }
    }
}
