package io.luban.embeddedkube.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Turns client certificates of one authority into users: common name is the user, organizations are the groups. A
 * verified certificate is remembered by identity, because one TLS session hands out the same object for every request.
 */
public final class ClientCertificates {
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
    private static final int REMEMBERED = 10_000;

    private final X509Certificate authority;
    private final Clock clock;
    private final Cache<X509Certificate, Verified> verified =
            Caffeine.newBuilder().weakKeys().maximumSize(REMEMBERED).build();

    private record Verified(User user, Instant notAfter) {}

    /** Accepts what {@code authority} signed. */
    public ClientCertificates(X509Certificate authority, Clock clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /**
     * The user of a certificate, the first of those presented; the others may lead from it to the authority. Empty when it
     * does not descend from the authority, has expired or is not for clients.
     */
    public Optional<User> verify(List<X509Certificate> presented) {
        var leaf = presented.getFirst();
        var known = known(leaf);
        if (known.isPresent()) {
            return known;
        }
        var chain = CertificateChain.find(presented, authority, clock.instant());
        var user = chain.flatMap(found -> check(leaf));
        user.ifPresent(value ->
                verified.put(leaf, new Verified(value, chain.orElseThrow().notAfter())));
        return user;
    }

    /** The user of a certificate that was verified before and has not expired since. */
    Optional<User> known(X509Certificate leaf) {
        var entry = verified.getIfPresent(leaf);
        return entry != null && clock.instant().isBefore(entry.notAfter) ? Optional.of(entry.user) : Optional.empty();
    }

    private Optional<User> check(X509Certificate leaf) {
        try {
            return leaf.getBasicConstraints() < 0 && isForClients(leaf) ? userOf(leaf) : Optional.empty();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }

    private static boolean isForClients(X509Certificate leaf) throws CertificateParsingException {
        var usages = leaf.getExtendedKeyUsage();
        return usages != null && usages.contains(CLIENT_AUTHENTICATION);
    }

    private static Optional<User> userOf(X509Certificate leaf) {
        var groups = new ArrayList<String>();
        var name = "";
        try {
            for (var part : new LdapName(leaf.getSubjectX500Principal().getName())
                    .getRdns()
                    .reversed()) {
                var values = attributes(part);
                name = values.getOrDefault("CN", List.of(name)).getFirst();
                groups.addAll(values.getOrDefault("O", List.of()));
            }
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
        return name.isEmpty() ? Optional.empty() : Optional.of(new User(name, "", groups, Map.of()));
    }

    /** One relative name may carry several values: Go encodes several organizations like that. */
    private static Map<String, List<String>> attributes(Rdn part) {
        var result = new HashMap<String, List<String>>();
        var all = part.toAttributes().getAll();
        while (all.hasMoreElements()) {
            var attribute = (Attribute) all.nextElement();
            var values = new ArrayList<String>();
            for (int i = 0; i < attribute.size(); i++) {
                try {
                    values.add(String.valueOf(attribute.get(i)));
                } catch (NamingException e) {
                    return Map.of();
                }
            }
            result.put(attribute.getID().toUpperCase(Locale.ROOT), values);
        }
        return result;
    }
}
