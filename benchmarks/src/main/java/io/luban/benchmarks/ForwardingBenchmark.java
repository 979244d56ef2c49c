package io.luban.benchmarks;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Requests that the gateway passes to a backend, alone and on a platform full of users, bindings and extensions. */
final class ForwardingBenchmark {
    private static final int ROUNDS = 5;
    private static final String EXTENSIONS = "/apis/extensions.kubesphere.io/v1alpha1/";
    private static final String IAM = "/apis/iam.kubesphere.io/v1beta1/";

    private final Platform platform;
    private final Load load;
    private final Profile profile;
    private final Table table;

    ForwardingBenchmark(Platform platform, Load load, Profile profile, Table table) {
        this.platform = platform;
        this.load = load;
        this.profile = profile;
        this.table = table;
    }

    void run(int users, int bindings, int extensions) {
        var classPath = System.getProperty("java.class.path");
        var java = ProcessHandle.current().info().command().orElse("java");
        try (var backend = ChildProcess.start(List.of(java, "-cp", classPath, Backend.class.getName()))) {
            int port = Integer.parseInt(backend.awaitLine(line -> line.matches("\\d+")));
            var direct = URI.create("http://127.0.0.1:%d/things".formatted(port));
            prepare(platform.api(), port);
            table.rate("the backend itself", profile.measure(load, "GET", direct, Map.of(), ""), "");
            measureCaddy(port);
            table.rate("bare forwarding (anonymous)", profile.measure(load, "GET", bare(), Map.of(), ""), "");
            table.rate("forwarded, token and authorization, 1 user", authorized(platform), "≥ 30,000/s");
            if (users > 0) {
                compare(port, new Crowd(users, bindings, extensions));
            }
        }
    }

    /** Measures this platform and a crowded one by turns, so that what else the machine does hits both alike. */
    private void compare(int port, Crowd crowd) {
        try (var crowded = platform.startAnother()) {
            prepare(crowded.api(), port);
            crowd.join(crowded.api(), port);
            crowded.awaitIdle();
            authorized(crowded);
            var empty = new ArrayList<LoadResult>();
            var full = new ArrayList<LoadResult>();
            for (int round = 0; round < ROUNDS; round++) {
                empty.add(authorized(platform));
                full.add(authorized(crowded));
            }
            table.rate("the same, median of %d turns".formatted(ROUNDS), LoadResult.median(empty), "");
            table.rate("by turns with %s".formatted(crowd), LoadResult.median(full), "within 5 %");
        }
    }

    private static void prepare(Api api, int port) {
        api.create(EXTENSIONS + "apiservices", Crowd.apiService("bench", port));
        api.create(EXTENSIONS + "reverseproxies", """
                {"apiVersion":"extensions.kubesphere.io/v1alpha1","kind":"ReverseProxy","metadata":{"name":"bench"},
                 "spec":{"matcher":{"method":"*","path":"/proxy/bench/*"},"upstream":{"url":"http://127.0.0.1:%d"}},
                 "status":{"state":"Available"}}""".formatted(port));
        api.create(IAM + "globalroles", """
                {"apiVersion":"iam.kubesphere.io/v1beta1","kind":"GlobalRole","metadata":{"name":"bench"},
                 "rules":[{"nonResourceURLs":["/proxy/bench/*"],"verbs":["GET"]}]}""");
        api.create(IAM + "globalrolebindings", """
                {"apiVersion":"iam.kubesphere.io/v1beta1","kind":"GlobalRoleBinding","metadata":{"name":"bench"},
                 "roleRef":{"apiGroup":"iam.kubesphere.io","kind":"GlobalRole","name":"bench"},
                 "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"system:unauthenticated"}]}""");
    }

    private void measureCaddy(int port) {
        if (!Files.isExecutable(Path.of("/usr/bin/caddy"))) {
            return;
        }
        int listen = port == 18_581 ? 18_582 : 18_581;
        var command = List.of("/usr/bin/caddy", "reverse-proxy", "--from", ":" + listen, "--to", "127.0.0.1:" + port);
        try (var caddy = ChildProcess.start(command)) {
            caddy.awaitLine(line -> line.startsWith("Caddy proxying"));
            var uri = URI.create("http://127.0.0.1:%d/things".formatted(listen));
            table.rate("Caddy as a bare proxy, same run", profile.measure(load, "GET", uri, Map.of(), ""), "");
        }
    }

    private URI bare() {
        return platform.gateway().resolve("/proxy/bench/things");
    }

    private LoadResult authorized(Platform target) {
        var uri = target.gateway().resolve("/kapis/bench.luban.io/v1/things");
        var headers = Map.of("Authorization", "Bearer " + target.api().token());
        return profile.measure(load, "GET", uri, headers, "");
    }
}
