package io.luban.extensionformat.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxiesTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "HTTP_PROXY",
            "http://plain.example.org:3128",
            "https_proxy",
            "tls.example.org",
            "NO_PROXY",
            "internal.example.org, .svc, 10.0.0.1:8080");

    @ParameterizedTest
    @CsvSource({
        "http://charts.example.com/, plain.example.org:3128",
        "https://charts.example.com/, tls.example.org:80",
        "http://internal.example.org/, ''",
        "http://deep.internal.example.org/, ''",
        "http://notinternal.example.org/, plain.example.org:3128",
        "http://repository-a.kubesphere-system.svc/, ''",
        "http://10.0.0.1:8080/, ''",
        "http://10.0.0.1:8081/, plain.example.org:3128",
        "http://127.0.0.1:9/, ''",
        "https://localhost/, ''"
    })
    void the_environment_says_by_which_proxy_a_server_is_reached(String target, String expected) {
        var proxy =
                new EnvironmentProxies(ENVIRONMENT).select(URI.create(target)).getFirst();

        assertThat(shown(proxy)).isEqualTo(expected);
    }

    @Test
    void nothing_is_proxied_without_a_word_of_it() {
        var proxies = new EnvironmentProxies(Map.of("NO_PROXY", "*"));

        assertThat(proxies.select(URI.create("http://charts.example.com/"))).containsExactly(Proxy.NO_PROXY);
    }

    private static String shown(Proxy proxy) {
        return proxy.address() instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : "";
    }
}
