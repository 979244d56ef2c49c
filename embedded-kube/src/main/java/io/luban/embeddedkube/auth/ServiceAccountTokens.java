package io.luban.embeddedkube.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Issues and verifies the RS256 tokens of ServiceAccounts. A token is good only while its account, and the object it is
 * bound to, exist with the same uid; the signature of a known token is not checked again.
 */
public final class ServiceAccountTokens {
    /** Issuer and default audience. */
    public static final String ISSUER = "https://kubernetes.default.svc";

    private static final int REMEMBERED = 10_000;

    private final RSASSASigner signer;
    private final RSASSAVerifier verifier;
    private final RSAKey publicKey;
    private final Store store;
    private final Ids ids;
    private final Clock clock;
    private final Cache<String, ServiceAccountClaims> signatures =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /** A token with the time from which on it is refused. */
    public record Issued(String token, Instant expires) {
        @Override
        public String toString() {
            return "token until " + expires;
        }
    }

    /** Who a token speaks for, and to whom. */
    public record Verified(User user, List<String> audiences) {}

    /** Signs with {@code keys}; accounts are looked up in {@code store}. */
    public ServiceAccountTokens(KeyPair keys, Store store, Ids ids, Clock clock) {
        this.signer = new RSASSASigner(keys.getPrivate());
        this.verifier = new RSASSAVerifier((RSAPublicKey) keys.getPublic());
        this.publicKey = publicKey((RSAPublicKey) keys.getPublic());
        this.store = store;
        this.ids = ids;
        this.clock = clock;
    }

    /** A token that ends after the wanted life. */
    public Issued issue(TokenSpec spec) {
        var now = clock.instant();
        var expires = now.plus(spec.life());
        var claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(ServiceAccountClaims.userName(spec.namespace(), spec.accountName()))
                .audience(spec.audiences().isEmpty() ? List.of(ISSUER) : spec.audiences())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(expires))
                .jwtID(ids.uuid())
                .claim("kubernetes.io", boundClaims(spec))
                .build();
        return new Issued(sign(claims), expires);
    }

    /** The token without end that a Secret of type service-account-token carries. */
    public String issueForSecret(String namespace, String secret, String account, String accountUid) {
        var claims = new JWTClaimsSet.Builder()
                .issuer(ServiceAccountClaims.LEGACY_ISSUER)
                .subject(ServiceAccountClaims.userName(namespace, account))
                .claim(ServiceAccountClaims.LEGACY_PREFIX + "namespace", namespace)
                .claim(ServiceAccountClaims.LEGACY_PREFIX + "secret.name", secret)
                .claim(ServiceAccountClaims.LEGACY_PREFIX + "service-account.name", account)
                .claim(ServiceAccountClaims.LEGACY_PREFIX + "service-account.uid", accountUid)
                .build();
        return sign(claims);
    }

    /** Verifies a token for one of the audiences (this API server when none is given); empty when it is not good. */
    public Optional<Verified> verify(String token, List<String> audiences) {
        return claims(token).flatMap(claims -> accept(claims, audiences));
    }

    /** The same without cryptography, for tokens whose signature was checked before. */
    Optional<Verified> known(String token) {
        return Optional.ofNullable(signatures.getIfPresent(token)).flatMap(claims -> accept(claims, List.of()));
    }

    /** The public keys as a JSON Web Key Set (RFC 7517). */
    public ObjectNode jwks() {
        return Json.parseObject(new JWKSet(publicKey).toString().getBytes(StandardCharsets.UTF_8));
    }

    private Optional<Verified> accept(ServiceAccountClaims claims, List<String> wanted) {
        var common = claims.audiencesAmong(wanted.isEmpty() ? List.of(ISSUER) : wanted);
        if (common.isEmpty() || !claims.isCurrent(clock.instant()) || !exists(claims)) {
            return Optional.empty();
        }
        return Optional.of(new Verified(claims.user(), common));
    }

    private boolean exists(ServiceAccountClaims claims) {
        var isAccountThere = store.get(key("serviceaccounts", claims.namespace(), claims.account()))
                .filter(account -> account.uid().equals(claims.accountUid()))
                .isPresent();
        return isAccountThere
                && claims.bound()
                        .map(bound -> exists(bound, claims.namespace()))
                        .orElse(true);
    }

    private boolean exists(TokenSpec.BoundObject bound, String namespace) {
        boolean isNode = bound.kind().equals("node");
        var found = store.get(key(bound.kind() + "s", isNode ? "" : namespace, bound.name()));
        // A legacy token knows its Secret by name alone.
        return found.filter(object -> bound.uid().isEmpty() || object.uid().equals(bound.uid()))
                .isPresent();
    }

    private static ObjectKey key(String plural, String namespace, String name) {
        return new ObjectKey(new GroupResource("", plural), namespace, name);
    }

    private Optional<ServiceAccountClaims> claims(String token) {
        var known = signatures.getIfPresent(token);
        if (known != null) {
            return Optional.of(known);
        }
        try {
            var jwt = SignedJWT.parse(token);
            boolean isSigned = JWSAlgorithm.RS256.equals(jwt.getHeader().getAlgorithm()) && jwt.verify(verifier);
            var claims =
                    isSigned ? ServiceAccountClaims.of(jwt.getJWTClaimsSet()) : Optional.<ServiceAccountClaims>empty();
            claims.ifPresent(value -> signatures.put(token, value));
            return claims;
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> boundClaims(TokenSpec spec) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("namespace", spec.namespace());
        claims.put("serviceaccount", Map.of("name", spec.accountName(), "uid", spec.accountUid()));
        spec.bound()
                .ifPresent(bound -> claims.put(
                        bound.kind().toLowerCase(Locale.ROOT), Map.of("name", bound.name(), "uid", bound.uid())));
        return claims;
    }

    private String sign(JWTClaimsSet claims) {
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(publicKey.getKeyID())
                .build();
        var jwt = new SignedJWT(header, claims);
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot sign ServiceAccount tokens", e);
        }
        return jwt.serialize();
    }

    private static RSAKey publicKey(RSAPublicKey key) {
        try {
            return new RSAKey.Builder(key)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyIDFromThumbprint()
                    .build();
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot name the key of ServiceAccount tokens", e);
        }
    }
}
