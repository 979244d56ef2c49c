package io.luban.apiserver.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.apiserver.pipeline.RequestInfoResolver;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.model.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyRuleTest {
    private static final String PODS = "{verbs: [get, list], apiGroups: [''], resources: [pods]}";
    private static final String NAMED = "{verbs: [get], apiGroups: [''], resources: [pods], resourceNames: [p1]}";
    private static final String ANY_LOG = "{verbs: ['*'], apiGroups: ['*'], resources: ['*/log']}";
    private static final String ALL = "{verbs: ['*'], apiGroups: ['*'], resources: ['*']}";
    private static final String URLS = "{verbs: [GET], nonResourceURLs: [/foo, /bar/*]}";
    private static final String LOWER_URLS = "{verbs: [get], nonResourceURLs: ['*']}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                PODS + "|GET|/api/v1/pods|true",
                PODS + "|GET|/api/v1/namespaces/a/pods/p|true",
                PODS + "|DELETE|/api/v1/namespaces/a/pods/p|false",
                PODS + "|GET|/api/v1/namespaces/a/pods/p/log|false",
                PODS + "|GET|/apis/apps/v1/pods|false",
                NAMED + "|GET|/api/v1/namespaces/a/pods/p1|true",
                NAMED + "|GET|/api/v1/namespaces/a/pods/p2|false",
                ANY_LOG + "|GET|/api/v1/namespaces/a/pods/p/log|true",
                ANY_LOG + "|GET|/api/v1/namespaces/a/pods/p|false",
                ALL + "|PUT|/apis/a.io/v1/things/x/status|true",
                ALL + "|GET|/foo|false",
                URLS + "|GET|/foo|true",
                URLS + "|GET|/foo/x|false",
                URLS + "|GET|/bar/x|true",
                URLS + "|GET|/bar|false",
                URLS + "|POST|/foo|false",
                URLS + "|GET|/api/v1/pods|false",
                LOWER_URLS + "|GET|/anything|true",
            })
    void covers(String rule, String method, String target, boolean covered) {
        var request = RequestInfoResolver.resolve(LocalRequest.of(method, target, Headers.EMPTY));

        assertThat(PolicyRule.from(Yaml.parse(rule)).covers(request)).isEqualTo(covered);
    }
}
