package io.luban.standalone;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.apiserver.ApiServer;
import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.IamBootstrap;
import io.luban.apiserver.ingress.IngressListener;
import io.luban.apiserver.kapis.installplans.PlanOperations;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.console.ConsoleConfig;
import io.luban.console.ConsoleServer;
import io.luban.controller.ControllerManager;
import io.luban.controller.ControllerManagerConfig;
import io.luban.controller.extension.ExtensionSettings;
import io.luban.controller.serviceaccount.AccountSettings;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.embeddedkube.auth.User;
import io.luban.http.HttpRuntime;
import io.luban.http.Limits;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.http.Upstream;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.standalone.inprocess.InProcessClient;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The running platform. Its start reads top to bottom: event loops, the embedded Kubernetes API, a client for it, the
 * platform's own objects, the listener for Ingresses, the controllers, the gateway, the console. Closing goes in reverse.
 */
final class Standalone implements AutoCloseable {
    private static final User ADMINISTRATOR =
            new User("kubernetes-admin", "", List.of("system:masters", "system:authenticated"), Map.of());

    private final Parts parts;
    private final EmbeddedKubernetes kubernetes;
    private final ApiServer apiServer;
    private final ConsoleServer console;
    private final IngressListener ingress;
    private final Optional<String> firstPassword;

    private Standalone(
            Parts parts,
            EmbeddedKubernetes kubernetes,
            ApiServer apiServer,
            ConsoleServer console,
            IngressListener ingress,
            Optional<String> firstPassword) {
        this.parts = parts;
        this.kubernetes = kubernetes;
        this.apiServer = apiServer;
        this.console = console;
        this.ingress = ingress;
        this.firstPassword = firstPassword;
    }

    /** Starts everything; throws what went wrong with nothing left open. */
    static Standalone start(StandaloneConfig config, Progress progress, Clock clock) {
        config.folder().create();
        var parts = new Parts();
        try {
            return assemble(config, progress, clock, parts);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static Standalone assemble(StandaloneConfig config, Progress progress, Clock clock, Parts parts) {
        var runtime = parts.add(HttpRuntime.create(clock));
        var kubernetes = progress.step(
                "embedded Kubernetes API",
                () -> parts.add(EmbeddedKubernetes.start(config.kubernetes(), runtime, clock)));
        var client = parts.add(client(kubernetes));
        var password = progress.step("platform objects", () -> bootstrap(config, client, clock));
        var ingress = progress.step("extension ingress", () -> parts.add(ingress(config, runtime, client, clock)));
        var controllers = progress.step(
                "ks-controller-manager",
                () -> parts.add(ControllerManager.start(
                        controllers(config, ingress).reaching(text(kubernetes.kubeconfig())), client, clock, runtime)));
        var behind = new ApiServer.Behind(
                KubeUpstream.inProcess(request -> pass(kubernetes, request)),
                PlanOperations.inProcess(controllers.operations()));
        var apiServer = progress.step(
                "ks-apiserver", () -> parts.add(ApiServer.start(config.gateway(), runtime, client, behind, clock)));
        apiServer.metrics().register((MultiCollector) controllers.metrics()::scrape);
        var console = progress.step(
                "ks-console", () -> parts.add(console(config.ports().console(), apiServer.port(), runtime)));
        return new Standalone(parts, kubernetes, apiServer, console, ingress, password);
    }

    /** The rights of the administrator's kubeconfig without its certificate: requests do not leave the process. */
    private static KubernetesClient client(EmbeddedKubernetes kubernetes) {
        return InProcessClient.of(
                request -> kubernetes.handler().handle(request.with(EmbeddedKubernetes.TRUSTED_USER, ADMINISTRATOR)),
                "https://127.0.0.1:" + kubernetes.port(),
                () -> KubeClients.fromKubeconfig(kubernetes.kubeconfig()));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ConsoleServer console(int port, int gatewayPort, HttpRuntime runtime) {
        var server = new ServerConfig("127.0.0.1", port, Optional.empty(), Limits.DEFAULTS);
        return ConsoleServer.start(ConsoleConfig.of(server, Upstream.http("127.0.0.1", gatewayPort)), runtime);
    }

    private static IngressListener ingress(
            StandaloneConfig config, HttpRuntime runtime, KubernetesClient client, Clock clock) {
        var ports = config.ports();
        var plain = new ServerConfig("127.0.0.1", ports.ingress(), Optional.empty(), Limits.DEFAULTS);
        var identity = IngressCertificate.issue(
                config.folder().path().resolve("pki"), domain(config).domainSuffix(), clock);
        var secure = new ServerConfig("127.0.0.1", ports.secureIngress(), Optional.of(identity), Limits.DEFAULTS);
        return IngressListener.start(runtime, plain, secure, KubeRest.of(client), ingressClass(config));
    }

    /** What was set, or a domain whose names all lead to this machine. */
    private static ExtensionSettings.Ingress domain(StandaloneConfig config) {
        return config.controllers()
                .extensions()
                .ingress()
                .orElseGet(() -> new ExtensionSettings.Ingress("", "127.0.0.1.nip.io", 0, 0));
    }

    private static String ingressClass(StandaloneConfig config) {
        return config.controllers()
                .extensions()
                .ingress()
                .map(ExtensionSettings.Ingress::className)
                .filter(name -> !name.isEmpty())
                .orElse("kubesphere");
    }

    /** What is known only now: the names and ports that charts are told, and where packages lie. */
    private static ControllerManagerConfig controllers(StandaloneConfig config, IngressListener ingress) {
        var controllers = config.controllers();
        var extensions = controllers.extensions();
        var served = domain(config).filled(ingressClass(config), ingress.port(), ingress.securePort());
        var tokens = config.gateway().tokens();
        return controllers
                .withAccounts(new AccountSettings(
                        tokens.secret(),
                        tokens.issuer(),
                        config.gateway().proxy().isTlsInside()))
                .withExtensions(extensions.withIngress(Optional.of(served)))
                .withRepositories(controllers
                        .repositories()
                        .standalone(config.folder().path().resolve("catalog"), System.getenv()));
    }

    /** Answers the administrator's password when this start has set it. */
    private static Optional<String> bootstrap(StandaloneConfig config, KubernetesClient client, Clock clock) {
        PlatformDefinitions.ensure(KubeRest.of(client));
        var password = config.adminPassword().orElseGet(() -> Passwords.generate(new SecureRandom()));
        boolean created = new IamBootstrap(client, clock).run(password);
        return created ? Optional.of(password) : Optional.empty();
    }

    /**
     * Passes a request of the gateway on without a socket. The gateway has authorized it already, so Kubernetes' own
     * rules must not decide a second time; the user's name stays for field ownership and logs.
     */
    private static Reply pass(EmbeddedKubernetes kubernetes, Request request) {
        var user = request.attribute(KubeUpstream.AUTHORIZED_USER)
                .map(caller -> new User(caller.name(), caller.uid(), ADMINISTRATOR.groups(), Map.of()))
                .orElse(User.ANONYMOUS);
        return kubernetes.handler().handle(request.with(EmbeddedKubernetes.TRUSTED_USER, user));
    }

    /** Goes by changed settings of the gateway as far as that is possible without a new start. */
    void reconfigure(ApiServerConfig config) {
        apiServer.reconfigure(config);
    }

    int apiserverPort() {
        return apiServer.port();
    }

    /** What this process tells other commands of itself. */
    RunningInstance instance() {
        return RunningInstance.here(console.port(), apiServer.port(), kubernetes.port(), ingress.port());
    }

    int consolePort() {
        return console.port();
    }

    int kubePort() {
        return kubernetes.port();
    }

    int ingressPort() {
        return ingress.port();
    }

    int secureIngressPort() {
        return ingress.securePort();
    }

    /** The administrator's password when this start has set it. */
    Optional<String> firstPassword() {
        return firstPassword;
    }

    @Override
    public void close() {
        parts.close();
    }
}
