package io.luban.apiserver.configuration;

import io.luban.model.LabelSelector;
import io.luban.model.ParseException;
import io.luban.model.configuration.Key;
import io.luban.model.configuration.Settings;
import io.luban.model.configuration.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Settings of files written for the original that no part of this build reads. They are declared so that such files are
 * checked and taken as they are, and so that the reference says that setting them changes nothing.
 */
final class PlatformKeys {
    /** Written as {@code 1e+06} too. */
    private static final ValueType<String> AMOUNT = new ValueType<>(
            "number",
            ValueType.TEXT
                    .checked(text -> text.matches("\\d+(\\.\\d*)?([eE][+]?\\d+)?")
                            ? Optional.empty()
                            : Optional.of("must be a number"))
                    .reader());

    private static final String UNREAD = " Checked, but not read by any part of this build.";

    static final List<Key<?>> UNREAD_KEYS = List.of(
            unread("kubernetes.qps", AMOUNT, "1000000", "Requests a second towards Kubernetes."),
            unread("kubernetes.burst", AMOUNT, "1000000", "Requests at once towards Kubernetes."),
            unread(
                    "cache.options.cleanupPeriod",
                    ValueType.DURATION,
                    "2h",
                    "How often the original looks for expired logins."),
            unread(
                    "authentication.loginHistoryRetentionPeriod",
                    ValueType.DURATION,
                    "168h",
                    "How long records of logins are kept."),
            unread(
                    "authentication.issuer.signKey",
                    ValueType.TEXT,
                    "",
                    "File of the key for ID tokens; here it is kept in a Secret of the cluster."),
            unread("authentication.issuer.signKeyData", ValueType.TEXT, "", "The same key in base64."),
            unread(
                    "terminal.kubectl.image",
                    ValueType.TEXT,
                    "kubesphere/kubectl:v1.27.4",
                    "Image of the kubectl terminal."),
            unread("terminal.node.image", ValueType.TEXT, "alpine:3.15", "Image of the node terminal."),
            unread(
                    "terminal.node.timeout",
                    ValueType.number(0, Integer.MAX_VALUE),
                    "600",
                    "Seconds after which a node terminal ends."),
            unread("terminal.uploadFileLimit", ValueType.BYTES, "100Mi", "Largest file to put into a container."),
            unread(
                    "kubeconfig.authMode",
                    one("client-certificate", "service-account-token", "oidc-token", "webhook-token"),
                    "client-certificate",
                    "Credential in kubeconfigs of users."),
            unread(
                    "helmExecutor.image",
                    ValueType.TEXT,
                    "kubesphere/helm:v3.12.1",
                    "Image of the original's Helm jobs; here Helm runs in a process of the platform."),
            unread(
                    "helmExecutor.jobTTLAfterFinished",
                    ValueType.DURATION,
                    "0s",
                    "How long the original keeps its Helm jobs."),
            unread("helmExecutor.resources.limits", ValueType.MAP, "", "Limits of the original's Helm jobs."),
            unread("helmExecutor.resources.requests", ValueType.MAP, "", "Requests of the original's Helm jobs."),
            unread("helmExecutor.affinity", ValueType.STRUCTURE, "", "Affinity of the original's Helm jobs."),
            unread("s3.endpoint", ValueType.TEXT, "", "Object store for packages; none when empty."),
            unread("s3.region", ValueType.TEXT, "us-east-1", "Its region."),
            unread("s3.disableSSL", ValueType.SWITCH, "true", "Whether it is reached without TLS."),
            unread("s3.forcePathStyle", ValueType.SWITCH, "true", "Whether the bucket stands in the path."),
            unread("s3.accessKeyID", ValueType.TEXT, "", "Its credential's name."),
            unread("s3.secretAccessKey", ValueType.TEXT, "", "Its credential."),
            unread("s3.sessionToken", ValueType.TEXT, "", "Its temporary credential."),
            unread("s3.bucket", ValueType.TEXT, "s2i-binaries", "Its bucket."),
            unread(
                    "composedApp.appSelector",
                    ValueType.TEXT.checked(PlatformKeys::selector),
                    "",
                    "Labels of applications."));

    private PlatformKeys() {}

    /** A sentence on each of them that is set to something that it is not anyway. */
    static List<String> unread(Settings settings) {
        return UNREAD_KEYS.stream()
                .filter(key -> !settings.value(key).equals(key.defaultValue()))
                .map(key -> key.name() + ": is set, but no part of this build reads it")
                .toList();
    }

    private static <T> Key<T> unread(String name, ValueType<T> type, String standard, String meaning) {
        return new Key<>(name, type, standard, meaning + UNREAD);
    }

    static ValueType<String> one(String... words) {
        var known = List.of(words);
        var named = Arrays.stream(words).filter(word -> !word.isEmpty()).toList();
        var type = ValueType.TEXT.checked(text ->
                known.contains(text) ? Optional.empty() : Optional.of("must be one of " + String.join(", ", named)));
        return new ValueType<>(named.stream().map("`%s`"::formatted).collect(Collectors.joining(", ")), type.reader());
    }

    private static Optional<String> selector(String text) {
        try {
            LabelSelector.parse(text);
            return Optional.empty();
        } catch (ParseException e) {
            return Optional.of("must be a label selector");
        }
    }
}
