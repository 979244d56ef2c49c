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
    /** Where Helm runs. */
    public static final Key<String> HELM_MODE = key(
            "helmExecutor.mode",
            new ValueType<>(
                    "`worker`", ValueType.TEXT.checked(ControllerKeys::mode).reader()),
            "worker",
            "Where Helm runs: in a process of its own for each operation. The original's Jobs and an engine within the"
                    + " platform's process are refused (docs/adr/0012-helm-in-worker-processes-only.md).");
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
    /** How catalogs in images are read. */
    public static final Key<String> CATALOG_IMAGE_MODE = key(
            "extension.catalogImageMode",
            new ValueType<>(
                    "`pull`",
                    ValueType.TEXT
                            .checked(word -> switch (word) {
                                case "pull" -> Optional.empty();
                                case "deploy" -> Optional.of("must be pull: images of catalogs are read, not run");
                                default -> Optional.of("must be pull");
                            })
                            .reader()),
            "pull",
            "How catalogs in container images are read: out of their layers. Running them as the original does is refused"
                    + " (docs/adr/0013-image-catalogs-are-pulled.md).");
    /** Directory of the built-in catalog where there is no data folder. */
    public static final Key<String> CATALOG_DIRECTORY = key(
            "extension.catalog.directory",
            ValueType.TEXT,
            "",
            "Directory of packages that `luban ks-controller-manager` serves as the Repository `extensions-museum`; none when"
                    + " empty. `luban up` serves `catalog` in its data folder.");
    /** Address under which the catalog server is known. */
    public static final Key<String> CATALOG_URL = key(
            "extension.catalog.url",
            ValueType.TEXT.checked(ControllerKeys::address),
            "",
            "Where all parts of the platform reach the catalog server of the controllers, which hands out the charts of"
                    + " images, such as `http://ks-controller-manager.kubesphere-system:8083`; the address that it listens on"
                    + " when empty, which is enough on one machine.");
    /** URL at which API servers call admission. */
    public static final Key<String> ADMISSION_URL = key(
            "admission.url",
            ValueType.TEXT.checked(text -> text.isEmpty() || text.matches("https://[^/\\s@]+")
                    ? Optional.empty()
                    : Optional.of("must be an https URL without a path")),
            "",
            "Where API servers call the webhooks of `luban ks-controller-manager` when that is not by a Service, such as"
                    + " `https://controllers.example.org:8443`.");
    /** Service through which API servers call admission. */
    public static final Key<String> ADMISSION_SERVICE = key(
            "admission.service",
            ValueType.TEXT.checked(text -> text.isEmpty() || text.matches("[a-z0-9-]+/[a-z0-9-]+(:\\d{1,5})?")
                    ? Optional.empty()
                    : Optional.of("must be NAMESPACE/NAME or NAMESPACE/NAME:PORT")),
            "",
            "Service through which they call when there is no URL, `NAMESPACE/NAME:PORT`; within a pod"
                    + " `kubesphere-system/ks-controller-manager:443` when empty, elsewhere they call the loopback address.");
    /** Address at which controllers in another process answer for logs and previews. */
    public static final Key<String> OPERATIONS_URL = key(
            "extension.operations.url",
            ValueType.TEXT.checked(ControllerKeys::address),
            "",
            "Where the gateway reaches the controllers for logs and previews of InstallPlans when they run in another"
                    + " process, such as `http://ks-controller-manager:8082`; `luban up` needs none.");
    /** Secret that both sides of that address know. */
    public static final Key<String> OPERATIONS_TOKEN = key(
            "extension.operations.token",
            ValueType.TEXT,
            "",
            "Secret that the gateway presents there and the controllers ask for; they answer nobody when it is empty.");

    private ControllerKeys() {}

    /** All of them in the order of the reference. */
    public static List<Key<?>> all() {
        return List.copyOf(DECLARED);
    }

    private static Optional<String> address(String text) {
        return text.isEmpty() || text.matches("https?://[^/\\s@]+")
                ? Optional.empty()
                : Optional.of("must be an http or https URL without a path");
    }

    private static Optional<String> mode(String word) {
        return switch (word) {
            case "worker" -> Optional.empty();
            case "job" -> Optional.of("must be worker: Helm does not run as a Job of the cluster");
            case "inprocess" -> Optional.of("must be worker: Helm is not loaded into the platform's own process");
            default -> Optional.of("must be worker");
        };
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
