package io.luban.embeddedkube.pki;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;

/** What a certificate request must look like for each of the signers that belong to this server. */
public final class SignerRules {
    /** Group of those whom no rule binds; no certificate that somebody asks for gives it. */
    public static final String MASTERS = "system:masters";

    private static final String PREFIX = "kubernetes.io/";
    private static final String CLIENT = PREFIX + "kube-apiserver-client";
    private static final String NODE_CLIENT = CLIENT + "-kubelet";
    private static final String NODE_SERVER = PREFIX + "kubelet-serving";
    private static final List<String> NODES = List.of("system:nodes");
    private static final String NODE_PREFIX = "system:node:";
    private static final String CLIENT_USAGE = "client auth";
    private static final String SERVER_USAGE = "server auth";

    private SignerRules() {}

    /** Whether this server signs for that signer at all. */
    public static boolean isKnown(String signer) {
        return Set.of(CLIENT, NODE_CLIENT, NODE_SERVER).contains(signer);
    }

    /** Whether certificates of that signer are for servers. */
    public static boolean isForServers(String signer) {
        return signer.equals(NODE_SERVER);
    }

    /** Why a known signer does not sign the request; empty when it does. */
    public static Optional<String> problem(String signer, SigningRequest request, Collection<String> usages) {
        if (request.organizations().contains(MASTERS)) {
            return Optional.of("use of %s signer with %s group is not allowed".formatted(signer, MASTERS));
        }
        return switch (signer) {
            case CLIENT -> usageProblem(usages, CLIENT_USAGE);
            case NODE_CLIENT ->
                nodeProblem(request)
                        .or(() -> strayName(request, Set.of()))
                        .or(() -> nodeUsageProblem(usages, CLIENT_USAGE));
            default ->
                nodeProblem(request)
                        .or(() -> strayName(request, Set.of(GeneralName.dNSName, GeneralName.iPAddress)))
                        .or(() -> missingName(request))
                        .or(() -> nodeUsageProblem(usages, SERVER_USAGE));
        };
    }

    private static Optional<String> nodeProblem(SigningRequest request) {
        if (!request.organizations().equals(NODES)) {
            return Optional.of("subject organization is not system:nodes");
        }
        return request.commonName().startsWith(NODE_PREFIX)
                ? Optional.empty()
                : Optional.of("subject common name does not begin with system:node:");
    }

    private static Optional<String> strayName(SigningRequest request, Set<Integer> allowed) {
        return request.names().stream()
                .filter(name -> !allowed.contains(name.getTagNo()))
                .findFirst()
                .map(name -> kind(name) + " subjectAltNames are not allowed");
    }

    private static String kind(GeneralName name) {
        return switch (name.getTagNo()) {
            case GeneralName.dNSName -> "DNS";
            case GeneralName.iPAddress -> "IP";
            case GeneralName.rfc822Name -> "email";
            case GeneralName.uniformResourceIdentifier -> "URI";
            default -> "other";
        };
    }

    private static Optional<String> missingName(SigningRequest request) {
        return request.names().isEmpty() ? Optional.of("DNS or IP subjectAltName is required") : Optional.empty();
    }

    private static Optional<String> nodeUsageProblem(Collection<String> usages, String purpose) {
        return usages.contains("digital signature") ? usageProblem(usages, purpose) : mismatch(usages);
    }

    private static Optional<String> usageProblem(Collection<String> usages, String purpose) {
        boolean fits = usages.contains(purpose)
                && Set.of("digital signature", "key encipherment", purpose).containsAll(usages);
        return fits ? Optional.empty() : mismatch(usages);
    }

    private static Optional<String> mismatch(Collection<String> usages) {
        return Optional.of("usages did not match " + usages);
    }
}
