package io.luban.apiserver.ingress;

import com.google.re2j.Pattern;
import io.luban.kube.ObjectName;
import java.util.Comparator;
import java.util.Optional;

/**
 * One path of one host of an Ingress.
 *
 * @param ingress the object it stands in
 * @param created when that was made, since the older of two equal rules holds
 * @param host lower case, {@code *.domain} for every name one level below, {@code ""} for any
 * @param path without a trailing slash, {@code ""} for all
 * @param target what becomes of the path on the way to the backend
 */
record IngressRule(
        ObjectName ingress, String created, String host, Match match, String path, Target target, Backend backend) {
    /** The older first. */
    static final Comparator<IngressRule> BY_AGE = Comparator.comparing(IngressRule::created)
            .thenComparing(rule -> rule.ingress().toString());

    /** How a path is compared. */
    enum Match {
        EXACT,
        /** By whole elements. */
        PREFIX,
        /** The path is a regular expression for the beginning of what is asked for. */
        EXPRESSION
    }

    /**
     * What a path is replaced by.
     *
     * @param expression finds the groups that {@code replacement} may name; nothing to leave paths as they are
     */
    record Target(Optional<Pattern> expression, String replacement) {
        /** Paths stay as they are. */
        static final Target SAME = new Target(Optional.empty(), "");
    }

    /**
     * The service behind a rule.
     *
     * @param portName {@code ""} where the number is given
     * @param tls whether it is spoken to with TLS, without a look at its certificate
     */
    record Backend(String namespace, String service, int port, String portName, boolean tls) {}
}
