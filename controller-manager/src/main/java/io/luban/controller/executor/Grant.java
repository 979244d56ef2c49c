package io.luban.controller.executor;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What one operation may do at the endpoint.
 *
 * @param extension the label's value on everything it writes
 * @param impersonatedUser whom it acts as, empty for the platform itself
 * @param impersonatedGroups groups of that user
 * @param namespaces asked when it writes into a namespace that does not exist
 * @param readsOnly whether it may only read; what it has no right to see is as good as missing then
 * @param holds whether it still counts
 */
public record Grant(
        String extension,
        String impersonatedUser,
        List<String> impersonatedGroups,
        MissingNamespaces namespaces,
        boolean readsOnly,
        BooleanSupplier holds) {
    /** Defensive copy. */
    public Grant {
        impersonatedGroups = List.copyOf(impersonatedGroups);
    }

    /** Acts as a ServiceAccount, with the groups Kubernetes gives to it. */
    public static Grant serviceAccount(String extension, String namespace, String account) {
        return new Grant(
                extension,
                "system:serviceaccount:%s:%s".formatted(namespace, account),
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"),
                MissingNamespaces.FAIL,
                false,
                Grant::always);
    }

    /** Acts as the platform: removing a release needs rights that packages do not ask for. */
    public static Grant platform(String extension) {
        return new Grant(extension, "", List.of(), MissingNamespaces.FAIL, false, Grant::always);
    }

    /** The same, with somebody who may make missing namespaces. */
    public Grant with(MissingNamespaces other) {
        return new Grant(extension, impersonatedUser, impersonatedGroups, other, readsOnly, holds);
    }

    /** The same, for looking around before anything is installed. */
    public Grant reading() {
        return new Grant(extension, impersonatedUser, impersonatedGroups, MissingNamespaces.FAIL, true, holds);
    }

    /** The same until {@code condition} says no. */
    public Grant onlyWhile(BooleanSupplier condition) {
        return new Grant(extension, impersonatedUser, impersonatedGroups, namespaces, readsOnly, condition);
    }

    private static boolean always() {
        return true;
    }
}
