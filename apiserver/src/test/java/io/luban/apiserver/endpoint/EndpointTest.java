package io.luban.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.apiserver.backend.TestAuthority;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How backends are written, in all the spellings that charts have. */
class EndpointTest {
    private static Endpoint parse(String yaml) {
        return Endpoint.parse(Yaml.parse(yaml));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{url: 'http://h'}|false|h|80|''",
                "{url: 'https://h'}|true|h|443|''",
                "{url: 'HTTPS://h:8443/a%2Fb/'}|true|h|8443|/a%2Fb",
                "{backend: 'http://h:1/p'}|false|h|1|/p",
                "{url: 'http://h', backend: 'http://other', service: {name: web, namespace: ns}}|false|h|80|''",
                "{url: 'http://[::1]:2/'}|false|[::1]|2|''",
                "{service: {name: web, namespace: ns}}|true|web.ns.svc|443|''",
                "{service: {name: web, namespace: ns, port: 8080, path: base}}|true|web.ns.svc|8080|/base"
            })
    void reads_url_and_service(String yaml, boolean tls, String host, int port, String path) {
        var endpoint = parse(yaml);
        assertThat(endpoint.upstream().tls()).isEqualTo(tls);
        assertThat(endpoint.upstream().host()).isEqualTo(host);
        assertThat(endpoint.upstream().port()).isEqualTo(port);
        assertThat(endpoint.prefix()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{url: 'http://h'}|''|''",
                "{url: 'http://h/dir/'}|/dir/|''",
                "{url: 'http://h/a.js?v=1&w=%20'}|/a.js|v=1&w=%20",
                "{url: 'http://h?v=1#part'}|''|v=1",
                "{url: 'http://h/größe.js?ö=ü'}|/gr%C3%B6%C3%9Fe.js|%C3%B6=%C3%BC",
                "{service: {name: web, namespace: ns, path: dir/}}|/dir/|''"
            })
    void keeps_path_and_query_as_they_are_written(String yaml, String path, String query) {
        var endpoint = parse(yaml);
        assertThat(endpoint.path()).isEqualTo(path);
        assertThat(endpoint.query()).isEqualTo(query);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://web.default.svc|web|default|80",
                "https://web.default.svc.cluster.local:8443/x|web|default|8443",
                "http://web.default.svc.:81|web|default|81",
                "http://Web.Default.SVC:82|web|default|82"
            })
    void knows_services_by_their_host_names(String url, String name, String namespace, int port) {
        assertThat(parse("{url: '%s'}".formatted(url)).service())
                .isEqualTo(Optional.of(new ServicePort(namespace, name, port)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|either url, or service with namespace and name",
                "{service: {name: web}}|either url, or service with namespace and name",
                "{service: {name: web, namespace: ns, port: 70000}}|port 70000 must be between",
                "{service: {name: web, namespace: ns, path: 'a b'}}|must be percent-encoded",
                "{url: 'ftp://h'}|scheme must be http or https",
                "{url: 'http://u:p@h'}|must not carry a user",
                "{url: 'http:///x'}|needs a host",
                "{url: 'http://h:0'}|port 0 must be between",
                "{url: 'http://h h'}|url http://h h",
                "{url: 'https://h', caBundle: '%'}|caBundle",
                "{url: 'https://h', caBundle: AQID}|caBundle holds no PEM certificate"
            })
    void says_what_is_wrong(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml)).isInstanceOf(ParseException.class).hasMessageContaining(message);
    }

    @Test
    void takes_trust_anchors_encoded_once_or_twice_under_both_names() {
        var pem = new TestAuthority("a").pem();
        var once = Base64.getEncoder().encodeToString(pem);
        var twice = Base64.getEncoder().encodeToString(once.getBytes(StandardCharsets.US_ASCII));
        for (var yaml : new String[] {"caBundle: " + once, "caBundle: " + twice, "caBudle: " + once}) {
            var upstream = parse("{url: 'https://h', %s}".formatted(yaml)).upstream();
            assertThat(upstream.caPem()).isEqualTo(pem);
            assertThat(upstream.insecure()).isFalse();
        }
        for (var word : new String[] {"insecureSkipVerify", "insecureSkipTLSVerify"}) {
            var upstream = parse("{url: 'https://h', caBundle: AQID, %s: true}".formatted(word))
                    .upstream();
            assertThat(upstream.insecure()).isTrue();
            assertThat(upstream.caPem()).isEmpty();
        }
    }
}
