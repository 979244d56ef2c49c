package io.luban.apiserver.health;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One thing that has to be well; answers from memory.
 *
 * @param failing names of the parts that are not, where it has parts
 */
public record Check(String name, BooleanSupplier isWell, Supplier<List<String>> failing) {
    /** Is well as long as it can be asked. */
    public static final Check PING = new Check("ping", () -> true);

    /** Something without parts. */
    public Check(String name, BooleanSupplier isWell) {
        this(name, isWell, List::of);
    }

    /** Something that is well when none of its parts fails. */
    public static Check ofParts(String name, Supplier<List<String>> failing) {
        return new Check(name, () -> failing.get().isEmpty(), failing);
    }
}
