package io.luban.standalone.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.configuration.GatewayKeys;
import io.luban.model.Json;
import io.luban.model.Yaml;
import io.luban.model.configuration.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Finds out how to reach the cluster: by the file that is set, else that of the user, else from within a pod. */
public record Kubeconfig(Map<String, String> environment, Path home, Path serviceAccount) {
    private static final Path POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /** With the user's own folder and the usual place of credentials in pods. */
    public static Kubeconfig of(Map<String, String> environment) {
        return new Kubeconfig(environment, Path.of(System.getProperty("user.home")), POD);
    }

    /** Adds to the problems when the file that is set does not exist. */
    public static void check(Settings settings, List<String> problems) {
        var set = settings.value(GatewayKeys.KUBECONFIG);
        if (!set.isEmpty() && !Files.isReadable(Path.of(set))) {
            problems.add("kubernetes.kubeconfig: \"%s\" cannot be read".formatted(set));
        }
    }

    /** The text of a kubeconfig; throws {@link IllegalStateException} when there is none anywhere. */
    public String text(Settings settings) {
        var set = settings.value(GatewayKeys.KUBECONFIG);
        var usual = home.resolve(".kube/config");
        String text;
        if (!set.isEmpty()) {
            text = content(Path.of(set));
        } else if (Files.isReadable(usual)) {
            text = content(usual);
        } else {
            text = inCluster();
        }
        var master = settings.value(GatewayKeys.MASTER);
        return master.isEmpty() ? text : at(master, text);
    }

    /** The same with the content of files in place of their names, so that it can be read elsewhere. */
    public static String selfContained(String text) {
        var config = Yaml.parse(text);
        for (var part : List.of("cluster", "user")) {
            config.path(part + "s").forEach(entry -> {
                if (entry.path(part) instanceof ObjectNode node) {
                    inline(node, "certificate-authority", "certificate-authority-data");
                    inline(node, "client-certificate", "client-certificate-data");
                    inline(node, "client-key", "client-key-data");
                }
            });
        }
        return Json.text(config);
    }

    private static void inline(ObjectNode node, String file, String data) {
        var named = node.path(file).asText("");
        if (!named.isEmpty() && Files.isReadable(Path.of(named))) {
            try {
                node.put(data, Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(named))));
                node.remove(file);
            } catch (IOException e) {
                throw new UncheckedIOException(new IOException("kubeconfig names %s".formatted(named), e));
            }
        }
    }

    private static String at(String server, String text) {
        var config = Yaml.parse(text);
        config.path("clusters").forEach(entry -> {
            if (entry.path("cluster") instanceof ObjectNode cluster) {
                cluster.put("server", server);
            }
        });
        return Json.text(config);
    }

    private String inCluster() {
        var host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        if (host.isEmpty() || !Files.isReadable(serviceAccount.resolve("token"))) {
            throw new IllegalStateException("no Kubernetes cluster: set --kubeconfig, or make %s, or run in a pod"
                    .formatted(home.resolve(".kube/config")));
        }
        var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        var address = host.contains(":") ? "[" + host + "]" : host;
        var config = Json.object().put("apiVersion", "v1").put("kind", "Config").put("current-context", "pod");
        var cluster = config.putArray("clusters").addObject().put("name", "pod").putObject("cluster");
        cluster.put("server", "https://" + address + ":" + port)
                .put("certificate-authority", serviceAccount.resolve("ca.crt").toString());
        var user = config.putArray("users").addObject().put("name", "pod").putObject("user");
        user.put("token", content(serviceAccount.resolve("token")).strip());
        var context = config.putArray("contexts").addObject().put("name", "pod").putObject("context");
        context.put("cluster", "pod").put("user", "pod");
        return Json.text(config);
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(new IOException("kubeconfig %s cannot be read".formatted(file), e));
        }
    }
}
