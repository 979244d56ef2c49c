package io.luban.apiserver.kapis.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * The RSA key of ID tokens, kept in a Secret so that it survives restarts and is shared by replicas. Made when first
 * needed: making one takes long, and most installations start more often than they need it.
 */
public final class SigningKey {
    private static final String SECRET = "ks-oidc-signing-key";
    private static final String MEMBER = "current.pem";
    private static final int BITS = 2048;
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private record Key(String pem, RSAPrivateCrtKey rsa) {
        @Override
        public String toString() {
            return "RSA key";
        }
    }

    private final KubeRest kube;
    private final String collection;
    private final String namespace;
    private final LoadingCache<String, Key> key =
            Caffeine.newBuilder().maximumSize(1).build(this::load);

    /** The key of the platform whose system namespace is given. */
    public SigningKey(KubeRest kube, String namespace) {
        this.kube = kube;
        this.namespace = namespace;
        collection = "/api/v1/namespaces/" + namespace + "/secrets";
    }

    /** The public part as a JSON Web Key Set (RFC 7517). */
    ObjectNode published() {
        var current = key.get(SECRET);
        var json = Json.object();
        json.putArray("keys")
                .addObject()
                .put("use", "sig")
                .put("kty", "RSA")
                .put("kid", id(current.pem))
                .put("alg", "RS256")
                .put("n", unsigned(current.rsa.getModulus()))
                .put("e", unsigned(current.rsa.getPublicExponent()));
        return json;
    }

    private Key load(String name) {
        var stored = kube.find(collection + "/" + name);
        if (stored.isPresent()) {
            return read(stored.get());
        }
        var secret = Json.object().put("apiVersion", "v1").put("kind", "Secret").put("type", "Opaque");
        secret.putObject("metadata").put("name", name).put("namespace", namespace);
        var pem = generate().getBytes(StandardCharsets.US_ASCII);
        secret.putObject("data").put(MEMBER, Base64.getEncoder().encodeToString(pem));
        try {
            return read(kube.create(collection, secret));
        } catch (ApiException e) {
            if (e.code() == 409) {
                return read(kube.get(collection + "/" + name));
            }
            throw e;
        }
    }

    private static String generate() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            var encoded = generator.generateKeyPair().getPrivate().getEncoded();
            var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
            return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks RSA", e);
        }
    }

    private static Key read(ObjectNode secret) {
        var encoded = secret.path("data").path(MEMBER).asText("");
        try {
            var pem = new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
            var body = pem.replaceAll("-----[A-Z ]+-----", "");
            var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body));
            return new Key(pem, (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(spec));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw ApiException.internal("secret %s holds no RSA key in PEM".formatted(SECRET));
        }
    }

    /** FNV-1a of the PEM text, as existing installations compute it. */
    private static String id(String pem) {
        int hash = FNV_OFFSET;
        for (byte b : pem.getBytes(StandardCharsets.US_ASCII)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return Integer.toUnsignedString(hash);
    }

    private static String unsigned(BigInteger value) {
        var bytes = value.toByteArray();
        int from = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
        var trimmed = java.util.Arrays.copyOfRange(bytes, from, bytes.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(trimmed);
    }
}
