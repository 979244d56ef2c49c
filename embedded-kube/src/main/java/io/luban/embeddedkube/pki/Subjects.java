package io.luban.embeddedkube.pki;

import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/** Distinguished names as Kubernetes reads them: the common name is the user, organizations are the groups. */
final class Subjects {
    private Subjects() {}

    static X500Name of(String commonName, List<String> organizations) {
        var name = new X500NameBuilder(BCStyle.INSTANCE);
        organizations.forEach(organization -> name.addRDN(BCStyle.O, organization));
        name.addRDN(BCStyle.CN, commonName);
        return name.build();
    }

    static String commonName(X500Name name) {
        var found = values(name, BCStyle.CN);
        return found.isEmpty() ? "" : found.getFirst();
    }

    static List<String> organizations(X500Name name) {
        return values(name, BCStyle.O);
    }

    private static List<String> values(X500Name name, ASN1ObjectIdentifier type) {
        return Arrays.stream(name.getRDNs(type))
                .flatMap(set -> Arrays.stream(set.getTypesAndValues()))
                .filter(pair -> pair.getType().equals(type))
                .map(pair -> IETFUtils.valueToString(pair.getValue()).replace("\\", ""))
                .toList();
    }
}
