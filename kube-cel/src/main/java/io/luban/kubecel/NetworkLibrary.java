package io.luban.kubecel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.List;
import java.util.function.Predicate;

/** IP addresses and ranges of them. */
final class NetworkLibrary {
    private static final List<CelType> TEXT = List.of(SimpleType.STRING);
    private static final List<CelType> ADDRESS = List.of(KubeTypes.ADDRESS);
    private static final List<CelType> RANGE = List.of(KubeTypes.RANGE);

    private NetworkLibrary() {}

    static void addTo(Functions functions) {
        addresses(functions);
        ranges(functions);
    }

    private static void addresses(Functions functions) {
        functions
                .global("ip", "string_to_ip", KubeTypes.ADDRESS, TEXT, args -> Address.parse((String) args[0]))
                .global(
                        "isIP",
                        "is_ip",
                        SimpleType.BOOL,
                        TEXT,
                        args -> Address.find((String) args[0]).isPresent())
                .global(
                        "ip.isCanonical",
                        "ip_is_canonical",
                        SimpleType.BOOL,
                        TEXT,
                        args -> Address.parse((String) args[0]).toString().equals(args[0]))
                .global("string", "ip_to_string", SimpleType.STRING, ADDRESS, args -> args[0].toString())
                .member("family", "ip_family", SimpleType.INT, ADDRESS, args -> ((Address) args[0]).family());
        test(functions, "isUnspecified", Address::isUnspecified);
        test(functions, "isLoopback", Address::isLoopback);
        test(functions, "isLinkLocalMulticast", Address::isLinkLocalMulticast);
        test(functions, "isLinkLocalUnicast", Address::isLinkLocalUnicast);
        test(functions, "isGlobalUnicast", Address::isGlobalUnicast);
    }

    private static void test(Functions functions, String name, Predicate<Address> test) {
        functions.member(name, "ip_" + name, SimpleType.BOOL, ADDRESS, args -> test.test((Address) args[0]));
    }

    private static void ranges(Functions functions) {
        functions
                .global("cidr", "string_to_cidr", KubeTypes.RANGE, TEXT, args -> AddressRange.parse((String) args[0]))
                .global(
                        "isCIDR",
                        "is_cidr",
                        SimpleType.BOOL,
                        TEXT,
                        args -> AddressRange.find((String) args[0]).isPresent())
                .global("string", "cidr_to_string", SimpleType.STRING, RANGE, args -> args[0].toString())
                .member("ip", "cidr_ip", KubeTypes.ADDRESS, RANGE, args -> ((AddressRange) args[0]).address())
                .member("masked", "cidr_masked", KubeTypes.RANGE, RANGE, args -> ((AddressRange) args[0]).masked())
                .member("prefixLength", "cidr_prefix_length", SimpleType.INT, RANGE, args ->
                        (long) ((AddressRange) args[0]).prefix());
        contains(
                functions,
                "containsIP",
                "cidr_contains_ip_string",
                SimpleType.STRING,
                args -> ((AddressRange) args[0]).contains(Address.parse((String) args[1])));
        contains(
                functions,
                "containsIP",
                "cidr_contains_ip_ip",
                KubeTypes.ADDRESS,
                args -> ((AddressRange) args[0]).contains((Address) args[1]));
        contains(
                functions,
                "containsCIDR",
                "cidr_contains_cidr_string",
                SimpleType.STRING,
                args -> ((AddressRange) args[0]).contains(AddressRange.parse((String) args[1])));
        contains(
                functions,
                "containsCIDR",
                "cidr_contains_cidr",
                KubeTypes.RANGE,
                args -> ((AddressRange) args[0]).contains((AddressRange) args[1]));
    }

    private static void contains(Functions functions, String name, String id, CelType wanted, Functions.Body body) {
        functions.member(name, id, SimpleType.BOOL, List.of(KubeTypes.RANGE, wanted), body);
    }
}
