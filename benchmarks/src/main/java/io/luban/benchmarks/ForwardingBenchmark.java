package io.luban.benchmarks;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Requests that the gateway passes to a backend, beside common proxies, and on a platform full of users and bindings. */
final class ForwardingBenchmark implements Group {
    private static final int TURNS = 3;
    private static final int CROWD_TURNS = 5;

    @Override
    public void measure(Bench bench) {
        try (var backend = BackendProcess.start();
                var platform = bench.platform();
                var proxies = BareProxies.start(backend.port())) {
            var routes = new Routes(bench.load(), backend.port());
            routes.create(platform);
            var turns = new LinkedHashMap<String, Function<Profile, LoadResult>>();
            turns.put("the backend itself", profile -> routes.anonymous(profile, backend.uri()));
            proxies.running()
                    .forEach((name, uri) ->
                            turns.put(name + " as a bare proxy", profile -> routes.anonymous(profile, uri)));
            turns.put("Luban forwarding for anybody", profile -> routes.anonymous(profile, routes.bare(platform)));
            turns.put(
                    "Luban with token check and authorization, 1 user",
                    profile -> routes.authorized(profile, platform));
            var medians = byTurns(turns, bench.profile(), TURNS);
            medians.forEach((name, result) ->
                    bench.table().rate(name, result, name.contains("1 user") ? "≥ 30,000/s and 2 × Caddy" : ""));
            if (bench.sizes().crowd().users() > 0) {
                compare(bench, routes, platform);
            }
            bench.table().row("resident memory after these", platform.residentMebibytes() + " MiB", "");
            platform.rest(bench.sizes().restSeconds());
            bench.table()
                    .row(
                            "the same after %d s of rest"
                                    .formatted(bench.sizes().restSeconds()),
                            platform.residentMebibytes() + " MiB",
                            "");
        }
    }

    /** Measures this platform and a crowded one by turns, so that what else the machine does hits both alike. */
    private static void compare(Bench bench, Routes routes, Platform platform) {
        var crowd = bench.sizes().crowd();
        try (var crowded = platform.startAnother()) {
            routes.create(crowded);
            crowd.join(crowded.api(), routes.port());
            crowded.awaitIdle();
            // the other one has carried this much load already, and its code is compiled accordingly
            for (int turn = 0; turn < 2 * TURNS; turn++) {
                routes.authorized(bench.profile(), crowded);
            }
            var turns = new LinkedHashMap<String, Function<Profile, LoadResult>>();
            turns.put("empty", profile -> routes.authorized(profile, platform));
            turns.put("full", profile -> routes.authorized(profile, crowded));
            var medians = byTurns(turns, bench.profile(), CROWD_TURNS);
            double empty = medians.getOrDefault("empty", LoadResult.NONE).requestsPerSecond();
            var full = medians.getOrDefault("full", LoadResult.NONE);
            bench.table().rate("with %s".formatted(crowd), full, "within 5 %");
            bench.table()
                    .row(
                            "of the one with 1 user by turns",
                            "%.1f %% of %,.0f/s".formatted(100 * full.requestsPerSecond() / empty, empty),
                            "≥ 95 %");
        }
    }

    /** Medians of measurements that take turns. */
    private static Map<String, LoadResult> byTurns(
            Map<String, Function<Profile, LoadResult>> measurements, Profile profile, int turns) {
        var results = new LinkedHashMap<String, List<LoadResult>>();
        for (int turn = 0; turn < turns; turn++) {
            var current = turn == 0 ? profile : profile.again();
            measurements.forEach((name, measurement) ->
                    results.computeIfAbsent(name, absent -> new ArrayList<>()).add(measurement.apply(current)));
        }
        var medians = new LinkedHashMap<String, LoadResult>();
        results.forEach((name, all) -> medians.put(name, LoadResult.median(all)));
        return medians;
    }

    /** What has to be there so that requests are forwarded, and the two ways to be. */
    record Routes(Load load, int port) {
        private static final String EXTENSIONS = "/apis/extensions.kubesphere.io/v1alpha1/";
        private static final String IAM = "/apis/iam.kubesphere.io/v1beta1/";

        void create(Platform platform) {
            var api = platform.api();
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

        LoadResult anonymous(Profile profile, URI uri) {
            return profile.measure(load, "GET", uri, Map.of(), "");
        }

        URI bare(Platform platform) {
            return platform.gateway().resolve("/proxy/bench/things");
        }

        URI service(Platform platform) {
            return platform.gateway().resolve("/kapis/bench.luban.io/v1/things");
        }

        static Map<String, String> token(Platform platform) {
            return Map.of("Authorization", "Bearer " + platform.api().token());
        }

        LoadResult authorized(Profile profile, Platform platform) {
            return profile.measure(load, "GET", service(platform), token(platform), "");
        }
    }
}
