package io.luban.standalone.apiserver;

import static io.luban.standalone.process.Flag.own;
import static io.luban.standalone.process.Flag.setting;
import static io.luban.standalone.process.Flag.toggle;

import io.luban.standalone.process.Flag;
import java.util.List;

/** The options of {@code luban ks-apiserver}. */
final class GatewayFlags {
    private static final List<Flag> LISTENING = List.of(
            own("bind-address", "0.0.0.0", "address to listen on"),
            own("insecure-port", "9090", "port for plain HTTP, used when secure-port is 0"),
            own("secure-port", "0", "port for TLS; 0 for none"),
            own("tls-cert-file", "", "certificate chain in PEM; read again when it changes"),
            own("tls-private-key", "", "its key in PEM; read again when it changes"));

    private static final List<Flag> REQUESTS = List.of(
            setting("authorization", "authorization.mode"),
            toggle("auditing-enabled", "auditing.enable"),
            setting("auditing-event-batch-size", "auditing.eventBatchSize"),
            setting("auditing-event-batch-interval", "auditing.eventBatchInterval"),
            setting("auditing-webhook-url", "auditing.webhookOptions.webhookUrl"),
            setting("auditing-event-senders-num", "auditing.webhookOptions.eventSendersNum"),
            setting("audit-log-path", "auditing.logOptions.path"),
            setting("audit-log-maxage", "auditing.logOptions.maxAge"),
            setting("audit-log-maxbackup", "auditing.logOptions.maxBackups"),
            setting("audit-log-maxsize", "auditing.logOptions.maxSize"));

    static final List<Flag> ALL = Flag.joined(
            List.of(LISTENING, Flag.CLUSTER, Flag.AUTHENTICATION, Flag.MULTICLUSTER, REQUESTS, Flag.LOGGING));

    private GatewayFlags() {}
}
