package io.luban.embeddedkube.pki;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.network.AddressRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;

/** The names and addresses under which the API server may be called. */
final class ServingNames {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9_]([-a-z0-9_.]*[a-z0-9_])?");

    private ServingNames() {}

    static List<GeneralName> of(EmbeddedKubeConfig config) {
        Set<String> names = new LinkedHashSet<>(List.of(
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local",
                "127.0.0.1",
                "::1"));
        names.add(AddressRange.parse(config.serviceCidr()).first());
        hostName().ifPresent(names::add);
        config.serving()
                .externalAddress()
                .ifPresent(address -> names.add(address.host().toLowerCase(Locale.ROOT)));
        config.externalNames().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        if (!config.bindAddress().equals("0.0.0.0") && !config.bindAddress().equals("::")) {
            names.add(config.bindAddress().toLowerCase(Locale.ROOT));
        }
        return names.stream().map(ServingNames::generalName).toList();
    }

    private static GeneralName generalName(String name) {
        int type = ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
        return new GeneralName(type, name);
    }

    private static Optional<String> hostName() {
        try {
            var name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            return Optional.of(name).filter(found -> DNS_NAME.matcher(found).matches());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
