package io.luban.embeddedkube.custom;

import com.google.re2j.Pattern;
import java.math.BigInteger;
import java.util.Comparator;

/** Preference among versions: stable before beta before alpha, higher numbers first, others last by name. */
final class VersionOrder implements Comparator<String> {
    static final VersionOrder PREFERRED_FIRST = new VersionOrder();
    private static final Pattern SHAPE = Pattern.compile("^v([1-9][0-9]*)((alpha|beta)([1-9][0-9]*))?$");

    private VersionOrder() {}

    private record Rank(int stability, BigInteger major, BigInteger minor) {
        static Rank of(String version) {
            var shape = SHAPE.matcher(version);
            if (!shape.find()) {
                return new Rank(0, BigInteger.ZERO, BigInteger.ZERO);
            }
            var stage = shape.group(3);
            int stability = stage == null ? 3 : stage.equals("beta") ? 2 : 1;
            var minor = stage == null ? BigInteger.ZERO : new BigInteger(shape.group(4));
            return new Rank(stability, new BigInteger(shape.group(1)), minor);
        }
    }

    @Override
    public int compare(String a, String b) {
        var one = Rank.of(a);
        var two = Rank.of(b);
        int byRank = Comparator.comparingInt(Rank::stability)
                .thenComparing(Rank::major)
                .thenComparing(Rank::minor)
                .compare(two, one);
        return byRank == 0 ? a.compareTo(b) : byRank;
    }
}
