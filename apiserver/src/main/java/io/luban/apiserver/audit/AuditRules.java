package io.luban.apiserver.audit;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.RequestInfo;
import java.util.Set;

/** Decides what of which request is recorded. */
final class AuditRules {
    private static final String SYSTEM = "kubesphere-system";
    private static final Set<String> CREDENTIALS = Set.of("secrets", "tokenreviews", "users", "clusters");

    private final AuditSettings settings;

    AuditRules(AuditSettings settings) {
        this.settings = settings;
    }

    long longestBody() {
        return settings.maxBodyBytes();
    }

    boolean records(Exchange exchange) {
        if (!settings.isOn()) {
            return false;
        }
        var info = exchange.info();
        boolean dryRun =
                info.isKubernetesRequest() && exchange.request().query("dryRun").isPresent();
        return !dryRun
                && !settings.omitVerbs().contains(info.verb())
                && settings.omitPaths().stream().noneMatch(path -> matches(path, info.path()));
    }

    private static boolean matches(String pattern, String path) {
        return pattern.endsWith("*")
                ? path.startsWith(pattern.substring(0, pattern.length() - 1))
                : path.equals(pattern);
    }

    /** Whether the body has to be read: to be recorded, or because only it tells what is done to what. */
    boolean readsBody(Exchange exchange) {
        var info = exchange.info();
        boolean tells = info.verb().equals("create") || isUserUpdate(info);
        return (tells || settings.level().includes(AuditLevel.REQUEST))
                && !exchange.request().isUpgrade()
                && length(exchange) > 0
                && length(exchange) <= settings.maxBodyBytes();
    }

    static boolean isUserUpdate(RequestInfo info) {
        return info.verb().equals("update") && info.resource().equals("users");
    }

    private static long length(Exchange exchange) {
        var text = exchange.request().header("Content-Length").orElse("");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    /** Whether the body was too long to be recorded. */
    boolean leavesOutBody(Exchange exchange) {
        return settings.level().includes(AuditLevel.REQUEST) && length(exchange) > settings.maxBodyBytes();
    }

    boolean recordsRequestBody(Exchange exchange) {
        return settings.level().includes(AuditLevel.REQUEST) && !isMasked(exchange.info());
    }

    /** Answers that never end, or that are not for anybody else's eyes, are not recorded. */
    boolean recordsAnswerBody(Exchange exchange) {
        var info = exchange.info();
        var request = exchange.request();
        boolean endless = info.verb().equals("watch")
                || request.isUpgrade()
                || request.query("follow")
                        .filter(value -> !value.equals("false"))
                        .isPresent();
        return settings.level().includes(AuditLevel.REQUEST_RESPONSE) && !endless && !isMasked(info);
    }

    boolean isMasked(RequestInfo info) {
        return !settings.includeSecrets()
                && (info.path().startsWith("/oauth")
                        || info.subresource().equals("password")
                        || info.subresource().equals("token")
                        || CREDENTIALS.contains(info.resource())
                        || isSettings(info));
    }

    /** The platform's own settings carry the keys of its tokens. */
    private static boolean isSettings(RequestInfo info) {
        return info.resource().equals("configmaps")
                && (info.namespace().isEmpty() || info.namespace().equals(SYSTEM));
    }
}
