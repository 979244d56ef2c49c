package io.luban.apiserver.health;

import java.util.function.BooleanSupplier;

/** One thing that has to be well; answers from memory. */
public record Check(String name, BooleanSupplier isWell) {
    /** Is well as long as it can be asked. */
    public static final Check PING = new Check("ping", () -> true);
}
