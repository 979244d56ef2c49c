package io.luban.embeddedkube.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import io.luban.embeddedkube.auth.TokenSpec.BoundObject;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a correctly signed ServiceAccount token says.
 *
 * @param bound kind in lower case; the uid is empty in legacy tokens
 * @param tokenId empty in legacy tokens
 */
record ServiceAccountClaims(
        String namespace,
        String account,
        String accountUid,
        Optional<BoundObject> bound,
        List<String> audiences,
        Validity validity,
        String tokenId) {
    static final String LEGACY_ISSUER = "kubernetes/serviceaccount";
    static final String LEGACY_PREFIX = "kubernetes.io/serviceaccount/";

    private static final Duration LEEWAY = Duration.ofSeconds(60);
    private static final List<String> BINDABLE = List.of("pod", "secret", "node");

    /** When a token is good; tokens without end have {@link Instant#MAX}. */
    record Validity(Instant from, Instant until) {}

    static String userName(String namespace, String account) {
        return "system:serviceaccount:" + namespace + ":" + account;
    }

    /** The claims, empty when they are not those of a ServiceAccount token of this server. */
    static Optional<ServiceAccountClaims> of(JWTClaimsSet claims) throws ParseException {
        if (LEGACY_ISSUER.equals(claims.getIssuer())) {
            return ofLegacy(claims);
        }
        var details = claims.getJSONObjectClaim("kubernetes.io");
        if (!ServiceAccountTokens.ISSUER.equals(claims.getIssuer()) || details == null) {
            return Optional.empty();
        }
        var account = member(details, "serviceaccount");
        return Optional.of(new ServiceAccountClaims(
                text(details, "namespace"),
                text(account, "name"),
                text(account, "uid"),
                boundObject(details),
                claims.getAudience(),
                validity(claims),
                Optional.ofNullable(claims.getJWTID()).orElse("")));
    }

    boolean isCurrent(Instant now) {
        return now.isBefore(validity.until.equals(Instant.MAX) ? Instant.MAX : validity.until.plus(LEEWAY))
                && now.plus(LEEWAY).isAfter(validity.from);
    }

    List<String> audiencesAmong(List<String> wanted) {
        return wanted.stream().filter(audiences::contains).toList();
    }

    User user() {
        var groups = List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace);
        Map<String, List<String>> extra = tokenId.isEmpty()
                ? Map.of()
                : Map.of("authentication.kubernetes.io/credential-id", List.of("JTI=" + tokenId));
        return new User(userName(namespace, account), accountUid, groups, extra);
    }

    private static Optional<ServiceAccountClaims> ofLegacy(JWTClaimsSet claims) throws ParseException {
        var secret = claims.getStringClaim(LEGACY_PREFIX + "secret.name");
        var namespace = claims.getStringClaim(LEGACY_PREFIX + "namespace");
        var account = claims.getStringClaim(LEGACY_PREFIX + "service-account.name");
        var uid = claims.getStringClaim(LEGACY_PREFIX + "service-account.uid");
        if (secret == null || namespace == null || account == null || uid == null) {
            return Optional.empty();
        }
        return Optional.of(new ServiceAccountClaims(
                namespace,
                account,
                uid,
                Optional.of(new BoundObject("secret", secret, "")),
                List.of(ServiceAccountTokens.ISSUER),
                new Validity(Instant.EPOCH, Instant.MAX),
                ""));
    }

    private static Validity validity(JWTClaimsSet claims) {
        Date from = claims.getNotBeforeTime();
        Date until = claims.getExpirationTime();
        return new Validity(
                from == null ? Instant.EPOCH : from.toInstant(), until == null ? Instant.EPOCH : until.toInstant());
    }

    private static Optional<BoundObject> boundObject(Map<String, Object> details) {
        return BINDABLE.stream()
                .filter(kind -> details.get(kind) instanceof Map)
                .findFirst()
                .map(kind -> {
                    var object = member(details, kind);
                    return new BoundObject(kind, text(object, "name"), text(object, "uid"));
                });
    }

    private static Map<?, ?> member(Map<?, ?> parent, String name) {
        return parent.get(name) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String text(Map<?, ?> parent, String name) {
        return parent.get(name) instanceof String text ? text : "";
    }
}
