package io.luban.kubecel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.luban.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The types that Kubernetes adds, and the Java classes of the values of every type. */
final class KubeTypes {
    static final OpaqueType URL = OpaqueType.create("kubernetes.URL");
    static final OpaqueType ADDRESS = OpaqueType.create("net.IP");
    static final OpaqueType RANGE = OpaqueType.create("net.CIDR");
    static final OpaqueType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    static final OpaqueType VERSION = OpaqueType.create("kubernetes.Semver");
    static final OpaqueType FORMAT = OpaqueType.create("kubernetes.NamedFormat");
    static final OpaqueType AUTHORIZER = OpaqueType.create("kubernetes.authorization.Authorizer");
    static final OpaqueType PATH_CHECK = OpaqueType.create("kubernetes.authorization.PathCheck");
    static final OpaqueType GROUP_CHECK = OpaqueType.create("kubernetes.authorization.GroupCheck");
    static final OpaqueType RESOURCE_CHECK = OpaqueType.create("kubernetes.authorization.ResourceCheck");
    static final OpaqueType DECISION = OpaqueType.create("kubernetes.authorization.Decision");

    static final ListType TEXTS = ListType.create(SimpleType.STRING);

    private static final Map<String, Class<?>> OPAQUE = Map.ofEntries(
            Map.entry(URL.name(), UrlLibrary.Url.class),
            Map.entry(ADDRESS.name(), Address.class),
            Map.entry(RANGE.name(), AddressRange.class),
            Map.entry(QUANTITY.name(), Quantity.class),
            Map.entry(VERSION.name(), Version.class),
            Map.entry(FORMAT.name(), FormatLibrary.Format.class),
            Map.entry(AUTHORIZER.name(), AccessLibrary.Rights.class),
            Map.entry(PATH_CHECK.name(), AccessLibrary.PathCheck.class),
            Map.entry(GROUP_CHECK.name(), AccessLibrary.GroupCheck.class),
            Map.entry(RESOURCE_CHECK.name(), AccessLibrary.ResourceCheck.class),
            Map.entry(DECISION.name(), AccessLibrary.Outcome.class));

    private KubeTypes() {}

    /** Class of the values of a type, by which functions are chosen while evaluating. */
    static Class<?> classOf(CelType type) {
        return switch (type.kind()) {
            case BOOL -> Boolean.class;
            case INT -> Long.class;
            case UINT -> UnsignedLong.class;
            case DOUBLE -> Double.class;
            case STRING -> String.class;
            case LIST -> List.class;
            case MAP -> Map.class;
            case TIMESTAMP -> Instant.class;
            case DURATION -> Duration.class;
            case OPAQUE -> type.name().equals("optional_type") ? Optional.class : opaque(type);
            default -> Object.class;
        };
    }

    private static Class<?> opaque(CelType type) {
        var known = OPAQUE.get(type.name());
        if (known == null) {
            throw new IllegalArgumentException("no values are known of type " + type.name());
        }
        return known;
    }
}
