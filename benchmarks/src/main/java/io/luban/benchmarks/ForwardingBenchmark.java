package io.luban.benchmarks;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Requests that the gateway passes to a backend, alone and on a platform full of users, bindings and extensions. */
final class ForwardingBenchmark {
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
            prepare(port);
            table.rate("the backend itself", profile.measure(load, "GET", direct, Map.of(), ""), "");
            measureCaddy(port);
            table.rate("bare forwarding (anonymous)", profile.measure(load, "GET", bare(), Map.of(), ""), "");
            table.rate("forwarded, token and authorization, 1 user", authorized(), "≥ 30,000/s");
            if (users > 0) {
                crowd(port, users, bindings, extensions);
                table.rate(
                        "the same with %,d users, %,d bindings, %,d extensions".formatted(users, bindings, extensions),
                        authorized(),
                        "within 5 %");
            }
        }
    }

    private void prepare(int port) {
        var api = platform.api();
        api.create(EXTENSIONS + "apiservices", apiService("bench", port));
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

    private LoadResult authorized() {
        var uri = platform.gateway().resolve("/kapis/bench.luban.io/v1/things");
        var headers = Map.of("Authorization", "Bearer " + platform.api().token());
        return profile.measure(load, "GET", uri, headers, "");
    }

    private void crowd(int port, int users, int bindings, int extensions) {
        var api = platform.api();
        api.createAll(IAM + "users", users, ForwardingBenchmark::user);
        api.createAll(IAM + "globalrolebindings", bindings, number -> binding(number, users));
        api.createAll(EXTENSIONS + "apiservices", extensions, number -> apiService("bench" + number, port));
    }

    private static String user(int number) {
        return """
                {"apiVersion":"iam.kubesphere.io/v1beta1","kind":"User","metadata":{"name":"user-%d"},
                 "spec":{"email":"user-%d@example.org"}}""".formatted(number, number);
    }

    private static String binding(int number, int users) {
        return """
                {"apiVersion":"iam.kubesphere.io/v1beta1","kind":"GlobalRoleBinding","metadata":{"name":"binding-%d"},
                 "roleRef":{"apiGroup":"iam.kubesphere.io","kind":"GlobalRole","name":"bench"},
                 "subjects":[{"apiGroup":"iam.kubesphere.io","kind":"User","name":"user-%d"}]}""".formatted(number, number % users);
    }

    private static String apiService(String group, int port) {
        return """
                {"apiVersion":"extensions.kubesphere.io/v1alpha1","kind":"APIService","metadata":{"name":"v1.%s.luban.io"},
                 "spec":{"group":"%s.luban.io","version":"v1","url":"http://127.0.0.1:%d"},
                 "status":{"state":"Available"}}""".formatted(group, group, port);
    }
}
