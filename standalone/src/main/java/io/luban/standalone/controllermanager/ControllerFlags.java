package io.luban.standalone.controllermanager;

import static io.luban.standalone.process.Flag.own;

import io.luban.standalone.process.Flag;
import java.util.List;

/** The options of {@code luban ks-controller-manager}. */
final class ControllerFlags {
    private static final List<Flag> LISTENING = List.of(
            own("bind-address", "0.0.0.0", "address to listen on"),
            own("metrics-port", "8080", "port of /metrics, /healthz, /livez and /readyz; 0 for any free one, as below"),
            own("webhook-port", "8443", "port of admission, with TLS"),
            own("operations-port", "8082", "port of logs and previews, for ks-apiserver"),
            own("catalog-port", "8083", "port of charts of image catalogs and of the built-in catalog"),
            own(
                    "advertise-address",
                    "",
                    "address under which other replicas reach this one; POD_IP or that of the host"),
            own(
                    "data",
                    "",
                    "folder for scratch files, logs and charts; one for each replica (default ~/.luban/ks-controller-manager)"),
            own("webhook-cert-dir", "", "taken for compatibility; the certificate is kept in a Secret and renewed"));

    private static final List<Flag> REPLICAS = List.of(
            new Flag("leader-elect", true, "", "false", "reconcile only while this replica holds the lease"),
            own("leader-elect-lease-duration", "30s", "how long others wait for a leader that is silent"),
            own("leader-elect-renew-deadline", "15s", "how long a leader goes on that cannot renew its lease"),
            own("leader-elect-retry-period", "5s", "time between two attempts"),
            own("controllers", "*", "controllers that run, by name; -NAME for one that does not, * for all others"));

    static final List<Flag> ALL = Flag.joined(
            List.of(LISTENING, REPLICAS, Flag.CLUSTER, Flag.AUTHENTICATION, Flag.MULTICLUSTER, Flag.LOGGING));

    private ControllerFlags() {}
}
