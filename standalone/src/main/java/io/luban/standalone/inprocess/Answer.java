package io.luban.standalone.inprocess;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.luban.http.Headers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The head of an answer as the client reads it; names of fields compare without case. */
record Answer(HttpRequest request, int code, Map<String, List<String>> headers, AsyncBody body)
        implements HttpResponse<AsyncBody> {
    static Answer of(HttpRequest request, int code, Headers headers, AsyncBody body) {
        var fields = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, value) ->
                fields.computeIfAbsent(name, first -> new ArrayList<>(1)).add(value));
        return new Answer(request, code, Collections.unmodifiableMap(fields), body);
    }

    @Override
    public List<String> headers(String name) {
        return headers.getOrDefault(name, List.of());
    }

    @Override
    public Optional<HttpResponse<?>> previousResponse() {
        return Optional.empty();
    }
}
