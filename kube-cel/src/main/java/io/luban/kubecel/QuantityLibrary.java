package io.luban.kubecel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.luban.model.ParseException;
import io.luban.model.Quantity;
import java.math.BigDecimal;
import java.util.List;

/** Amounts of resources. */
final class QuantityLibrary {
    private static final List<CelType> ONE = List.of(KubeTypes.QUANTITY);
    private static final List<CelType> TWO = List.of(KubeTypes.QUANTITY, KubeTypes.QUANTITY);
    private static final List<CelType> WITH_INT = List.of(KubeTypes.QUANTITY, SimpleType.INT);

    private QuantityLibrary() {}

    static void addTo(Functions functions) {
        var text = List.<CelType>of(SimpleType.STRING);
        functions
                .global("quantity", "string_to_quantity", KubeTypes.QUANTITY, text, args -> parse((String) args[0]))
                .global("isQuantity", "is_quantity_string", SimpleType.BOOL, text, args -> isQuantity((String) args[0]))
                .member("sign", "quantity_sign", SimpleType.INT, ONE, args ->
                        (long) first(args).signum())
                .member("isInteger", "quantity_is_integer", SimpleType.BOOL, ONE, args -> isWhole(first(args)))
                .member("asInteger", "quantity_as_integer", SimpleType.INT, ONE, args -> whole(first(args)))
                .member(
                        "asApproximateFloat",
                        "quantity_get_float",
                        SimpleType.DOUBLE,
                        ONE,
                        args -> first(args).value().doubleValue())
                .member(
                        "isLessThan",
                        "quantity_is_less_than",
                        SimpleType.BOOL,
                        TWO,
                        args -> first(args).compareTo(second(args)) < 0)
                .member(
                        "isGreaterThan",
                        "quantity_is_greater_than",
                        SimpleType.BOOL,
                        TWO,
                        args -> first(args).compareTo(second(args)) > 0);
        addArithmetic(functions);
    }

    private static void addArithmetic(Functions functions) {
        functions
                .member("compareTo", "quantity_compare_to", SimpleType.INT, TWO, args ->
                        (long) first(args).compareTo(second(args)))
                .member(
                        "add",
                        "quantity_add",
                        KubeTypes.QUANTITY,
                        TWO,
                        args -> first(args).plus(second(args)))
                .member(
                        "add",
                        "quantity_add_int",
                        KubeTypes.QUANTITY,
                        WITH_INT,
                        args -> first(args).plus(amount(args)))
                .member(
                        "sub",
                        "quantity_sub",
                        KubeTypes.QUANTITY,
                        TWO,
                        args -> first(args).minus(second(args)))
                .member(
                        "sub",
                        "quantity_sub_int",
                        KubeTypes.QUANTITY,
                        WITH_INT,
                        args -> first(args).minus(amount(args)));
    }

    private static Quantity first(Object... args) {
        return (Quantity) args[0];
    }

    private static Quantity second(Object... args) {
        return (Quantity) args[1];
    }

    private static Quantity amount(Object... args) {
        return new Quantity(BigDecimal.valueOf((Long) args[1]), Quantity.Notation.DECIMAL);
    }

    private static Quantity parse(String text) {
        try {
            return Quantity.parse(text);
        } catch (ParseException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static boolean isQuantity(String text) {
        try {
            Quantity.parse(text);
            return true;
        } catch (ParseException e) {
            return false;
        }
    }

    private static boolean isWhole(Quantity quantity) {
        try {
            quantity.value().longValueExact();
            return true;
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private static long whole(Quantity quantity) {
        if (!isWhole(quantity)) {
            throw new IllegalArgumentException("cannot convert value to integer");
        }
        return quantity.value().longValueExact();
    }
}
