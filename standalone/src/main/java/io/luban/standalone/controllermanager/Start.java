package io.luban.standalone.controllermanager;

import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.configuration.GatewaySettings;
import io.luban.controller.ControllerManagerConfig;
import io.luban.controller.OperationsSettings;
import io.luban.controller.ReplicaSettings;
import io.luban.controller.Selection;
import io.luban.controller.admission.AdmissionSettings;
import io.luban.controller.leadership.ElectionSettings;
import io.luban.controller.repository.RepositorySettings;
import io.luban.controller.serviceaccount.AccountSettings;
import io.luban.model.GoDuration;
import io.luban.model.Ids;
import io.luban.model.ParseException;
import io.luban.model.configuration.ConfigurationException;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Settings;
import io.luban.standalone.process.Invocation;
import io.luban.standalone.process.Kubeconfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that was said to the command, checked. */
record Start(
        Invocation invocation,
        Settings settings,
        Ports ports,
        Selection selection,
        Optional<ElectionSettings> election) {
    static Start of(Invocation invocation, Ids ids) {
        var problems = new ArrayList<>(invocation.flags().problems());
        var ports = Ports.of(invocation, problems);
        var selection = selection(invocation, problems);
        var election = election(invocation, ids, problems);
        var settings = Settings.defaults();
        try {
            settings = invocation.settings(invocation.file(problems));
            Kubeconfig.check(settings, problems);
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException("ks-controller-manager", problems);
        }
        return new Start(invocation, settings, ports, selection, election);
    }

    private static Selection selection(Invocation invocation, List<String> problems) {
        var words = List.of(invocation.flags().value("controllers").split(",")).stream()
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
        var selection = new Selection(words);
        selection.problems().forEach(problem -> problems.add("--controllers: " + problem));
        return selection;
    }

    private static Optional<ElectionSettings> election(Invocation invocation, Ids ids, List<String> problems) {
        int before = problems.size();
        boolean elects = toggled(invocation, "leader-elect", problems);
        var lease = duration(invocation, "leader-elect-lease-duration", problems);
        var deadline = duration(invocation, "leader-elect-renew-deadline", problems);
        var retry = duration(invocation, "leader-elect-retry-period", problems);
        if (problems.size() > before || !elects) {
            return Optional.empty();
        }
        try {
            var identity = host(invocation) + "_" + ids.uuid();
            return Optional.of(new ElectionSettings(identity, lease, deadline, retry, Map.of()));
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static boolean toggled(Invocation invocation, String name, List<String> problems) {
        var text = invocation.flags().value(name);
        if (!text.equals("true") && !text.equals("false")) {
            problems.add("--%s: \"%s\" must be true or false".formatted(name, text));
        }
        return text.equals("true");
    }

    private static Duration duration(Invocation invocation, String name, List<String> problems) {
        var text = invocation.flags().value(name);
        try {
            var duration = GoDuration.parse(text);
            if (duration.compareTo(Duration.ofMillis(1)) < 0) {
                problems.add("--%s: \"%s\" must be longer than nothing".formatted(name, text));
            }
            return duration;
        } catch (ParseException e) {
            problems.add("--%s: \"%s\" %s".formatted(name, text, e.getMessage()));
            return Duration.ZERO;
        }
    }

    /** Where this process is reached from elsewhere. */
    private static String host(Invocation invocation) {
        var said = invocation.flags().value("advertise-address");
        var pod = invocation.environment().getOrDefault("POD_IP", "");
        var bound = invocation.flags().value("bind-address");
        if (!said.isEmpty() || !pod.isEmpty()) {
            return said.isEmpty() ? pod : said;
        }
        if (!bound.equals("0.0.0.0") && !bound.equals("::")) {
            return bound;
        }
        try {
            return InetAddress.getLocalHost().getHostAddress();
        } catch (UnknownHostException e) {
            return "127.0.0.1";
        }
    }

    private Path data() {
        var said = invocation.flags().value("data");
        return said.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".luban", "ks-controller-manager")
                : Path.of(said).toAbsolutePath();
    }

    /** What the controllers are told. */
    ControllerManagerConfig config() {
        var gateway = new GatewaySettings(settings).config();
        var standard = ControllerManagerConfig.of(data(), settings, true)
                .on(
                        gateway.proxy().hostClusterName(),
                        ApiServerConfig.VERSION,
                        gateway.tokens().issuer());
        boolean inPod = !invocation
                .environment()
                .getOrDefault("KUBERNETES_SERVICE_HOST", "")
                .isEmpty();
        var config = standard.withRepositories(repositories(standard.repositories()))
                .withAdmission(AdmissionSettings.of(settings, ports.host(), ports.webhook(), inPod))
                .withAccounts(new AccountSettings(
                        gateway.tokens().secret(),
                        gateway.tokens().issuer(),
                        gateway.proxy().isTlsInside()))
                .running(selection);
        var token = settings.value(ControllerKeys.OPERATIONS_TOKEN);
        if (!token.isEmpty()) {
            config = config.answering(new OperationsSettings(ports.host(), ports.operations(), token));
        }
        return election.isPresent() ? config.among(new ReplicaSettings(election.get(), host(invocation))) : config;
    }

    private RepositorySettings repositories(RepositorySettings standard) {
        var url = settings.value(ControllerKeys.CATALOG_URL);
        // whoever reaches it from another machine only reads
        var serving = new RepositorySettings.Serving(ports.host(), ports.catalog(), catalogUrl(url), false);
        var served = standard.in(invocation.environment()).servedBy(serving);
        var directory = settings.value(ControllerKeys.CATALOG_DIRECTORY);
        return directory.isEmpty()
                ? served
                : served.providing(Path.of(directory).toAbsolutePath());
    }

    /** An address that only this machine understands would be of no use to the others. */
    private String catalogUrl(String said) {
        boolean everywhere = ports.host().equals("0.0.0.0") || ports.host().equals("::");
        boolean known = said.isEmpty() && everywhere && ports.catalog() != 0;
        return known ? "http://%s:%d".formatted(host(invocation), ports.catalog()) : said;
    }
}
