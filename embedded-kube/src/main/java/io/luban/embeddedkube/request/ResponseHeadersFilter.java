package io.luban.embeddedkube.request;

import io.luban.http.Attribute;
import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Ids;

/** Gives every answer its id and forbids caches to keep it, unless a later stage decided otherwise. */
final class ResponseHeadersFilter implements Filter {
    /** The id of the request. */
    static final Attribute<String> AUDIT_ID = Attribute.of("audit-id", String.class);

    private static final int ID_LIMIT = 64;

    private final Ids ids;

    ResponseHeadersFilter(Ids ids) {
        this.ids = ids;
    }

    @Override
    public Reply apply(Request request, Handler next) {
        var id = request.header("Audit-Id")
                .filter(given -> given.length() <= ID_LIMIT && given.chars().allMatch(c -> c > ' ' && c < 127))
                .orElseGet(ids::uuid);
        var reply = next.handle(request.with(AUDIT_ID, id));
        return reply instanceof Reply.Content content
                ? new Reply.Content(content.status(), complete(content.headers(), id), content.body())
                : new Reply.Edited(reply, headers -> complete(headers, id));
    }

    static Headers complete(Headers headers, String id) {
        var builder = headers.toBuilder().add("Audit-Id", id);
        if (!headers.contains("Cache-Control")) {
            builder.add("Cache-Control", "no-cache, private");
        }
        return builder.build();
    }
}
