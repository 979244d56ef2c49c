package io.luban.model.configuration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of the controllers. Declared here because the gateway, which reads the same files, has to know their names,
 * and neither part knows the other.
 */
public final class ControllerKeys {
    private static final List<Key<?>> DECLARED = new ArrayList<>();

    /** Longest time for every wait of an operation of Helm. */
    public static final Key<Duration> HELM_TIMEOUT = key(
            "helmExecutor.timeout",
            ValueType.DURATION.checked(
                    time -> time.isPositive() ? Optional.empty() : Optional.of("must be longer than nothing")),
            "5m",
            "Longest time for every wait of an operation of Helm; one that takes longer is ended and has failed.");
    /** Revisions of a release that are kept. */
    public static final Key<Integer> HELM_HISTORY = key(
            "helmExecutor.historyMax",
            ValueType.number(0, Integer.MAX_VALUE),
            "2",
            "Revisions of a release that are kept; 0 for all of them.");
    /** Whether operations end only when the workloads are ready. */
    public static final Key<String> HELM_WAIT = key(
            "helmExecutor.wait",
            words("auto", "true", "false"),
            "auto",
            "Whether an operation ends only when the workloads are ready; `auto` where something runs or simulates them.");
    /** API groups that an extension may take only when it says so; the gateway heeds it as well. */
    public static final Key<List<String>> RESERVED_GROUPS = key(
            "gateway.reservedGroups",
            ValueType.LIST,
            "iam.kubesphere.io,config.kubesphere.io,tenant.kubesphere.io,kubesphere.io,extensions.kubesphere.io",
            "API groups that an APIService may serve only with the annotation"
                    + " `kubesphere.io/allow-override: \"true\"`.");
    /** Registry put before the images of extensions. */
    public static final Key<String> IMAGE_REGISTRY = key(
            "extension.imageRegistry",
            ValueType.TEXT,
            "",
            "Registry put before the images of extensions; charts get it as `global.imageRegistry`.");
    /** Labels of the nodes for extensions. */
    public static final Key<Map<String, String>> NODE_SELECTOR = key(
            "extension.nodeSelector",
            ValueType.MAP,
            "",
            "Labels of the nodes for extensions; charts get them as `global.nodeSelector`.");
    /** Class of the Ingresses of extensions. */
    public static final Key<String> INGRESS_CLASS = key(
            "extension.ingress.ingressClassName",
            ValueType.TEXT,
            "",
            "Class of Ingresses for extensions; `luban up` serves the class `kubesphere`, which is its default.");
    /** Domain below which extensions get host names. */
    public static final Key<String> DOMAIN_SUFFIX = key(
            "extension.ingress.domainSuffix",
            ValueType.TEXT,
            "",
            "Domain below which extensions get names; `luban up` takes `127.0.0.1.nip.io` when empty, elsewhere charts"
                    + " are told nothing of Ingresses then.");
    /** Port of these names. */
    public static final Key<Integer> HTTP_PORT = key(
            "extension.ingress.httpPort",
            ValueType.number(0, 65_535),
            "0",
            "Port of these names; 0 for 80, and for that of the listener of `luban up`.");
    /** Port of these names with TLS. */
    public static final Key<Integer> HTTPS_PORT = key(
            "extension.ingress.httpsPort",
            ValueType.number(0, 65_535),
            "0",
            "Port of these names with TLS; 0 for 443, and for that of the listener of `luban up`.");
    /** What is done about required extensions that are missing. */
    public static final Key<String> DEPENDENCY_POLICY = key(
            "extension.dependencyPolicy",
            words("Enforce", "Warn", "Ignore"),
            "Enforce",
            "What is done when an extension is to be installed and another one that it requires is not: wait for that,"
                    + " say so and go on, or nothing.");
    /** What is done about extensions that ask for every permission. */
    public static final Key<String> BROAD_PERMISSIONS = key(
            "extension.broadPermissions",
            words("Allow", "Approve"),
            "Allow",
            "Whether an extension that asks for every permission is installed as it is, or only when its plan is annotated"
                    + " `kubesphere.io/approve-permissions: \"true\"`.");
    /** Least time between two looks at a catalog. */
    public static final Key<Duration> POLL_INTERVAL = key(
            "extension.minPollInterval",
            ValueType.DURATION,
            "1m",
            "Least time between two looks at a Repository, whatever that asks for.");
    /** Address at which controllers in another process answer for logs and previews. */
    public static final Key<String> OPERATIONS_URL = key(
            "extension.operations.url",
            ValueType.TEXT.checked(text -> text.isEmpty() || text.matches("https?://[^/\\s@]+")
                    ? Optional.empty()
                    : Optional.of("must be an http or https URL without a path")),
            "",
            "Where the gateway reaches the controllers for logs and previews of InstallPlans when they run in another"
                    + " process, such as `http://ks-controller-manager:8082`; `luban up` needs none.");
    /** Secret that both sides of that address know. */
    public static final Key<String> OPERATIONS_TOKEN = key(
            "extension.operations.token",
            ValueType.TEXT,
            "",
            "Secret that the gateway presents there and the controllers ask for; they refuse everybody when it is empty.");

    private ControllerKeys() {}

    /** All of them in the order of the reference. */
    public static List<Key<?>> all() {
        return List.copyOf(DECLARED);
    }

    private static ValueType<String> words(String... words) {
        var known = List.of(words);
        var text = ValueType.TEXT.checked(word ->
                known.contains(word) ? Optional.empty() : Optional.of("must be one of " + String.join(", ", known)));
        return new ValueType<>("`" + String.join("`, `", known) + "`", text.reader());
    }

    private static <T> Key<T> key(String name, ValueType<T> type, String standard, String meaning) {
        var key = new Key<>(name, type, standard, meaning);
        DECLARED.add(key);
        return key;
    }
}
