package io.luban.kubecel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.List;

/** Semantic versions. */
final class VersionLibrary {
    private static final List<CelType> TEXT = List.of(SimpleType.STRING);
    private static final List<CelType> TEXT_AND_CHOICE = List.of(SimpleType.STRING, SimpleType.BOOL);
    private static final List<CelType> ONE = List.of(KubeTypes.VERSION);
    private static final List<CelType> TWO = List.of(KubeTypes.VERSION, KubeTypes.VERSION);

    private VersionLibrary() {}

    static void addTo(Functions functions) {
        functions
                .global(
                        "semver",
                        "string_to_semver",
                        KubeTypes.VERSION,
                        TEXT,
                        args -> Version.parse((String) args[0], false))
                .global(
                        "semver",
                        "string_bool_to_semver",
                        KubeTypes.VERSION,
                        TEXT_AND_CHOICE,
                        args -> Version.parse((String) args[0], (Boolean) args[1]))
                .global(
                        "isSemver",
                        "is_semver_string",
                        SimpleType.BOOL,
                        TEXT,
                        args -> Version.find((String) args[0], false).isPresent())
                .global(
                        "isSemver",
                        "is_semver_string_bool",
                        SimpleType.BOOL,
                        TEXT_AND_CHOICE,
                        args -> Version.find((String) args[0], (Boolean) args[1])
                                .isPresent())
                .member(
                        "major",
                        "semver_major",
                        SimpleType.INT,
                        ONE,
                        args -> first(args).major())
                .member(
                        "minor",
                        "semver_minor",
                        SimpleType.INT,
                        ONE,
                        args -> first(args).minor())
                .member(
                        "patch",
                        "semver_patch",
                        SimpleType.INT,
                        ONE,
                        args -> first(args).patch())
                .member("isLessThan", "semver_is_less_than", SimpleType.BOOL, TWO, args -> compare(args) < 0)
                .member("isGreaterThan", "semver_is_greater_than", SimpleType.BOOL, TWO, args -> compare(args) > 0)
                .member("compareTo", "semver_compare_to", SimpleType.INT, TWO, args -> (long) compare(args));
    }

    private static Version first(Object... args) {
        return (Version) args[0];
    }

    private static int compare(Object... args) {
        return first(args).compareTo((Version) args[1]);
    }
}
