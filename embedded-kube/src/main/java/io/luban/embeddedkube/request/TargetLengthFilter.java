package io.luban.embeddedkube.request;

import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;

/** Refuses paths and queries that are longer than any honest one. */
final class TargetLengthFilter implements Filter {
    private static final int LONGEST = 16 * 1024;

    @Override
    public Reply apply(Request request, Handler next) {
        int length = request.rawPath().length() + 1 + request.rawQuery().length();
        if (length > LONGEST) {
            throw ApiException.generic(
                    414,
                    "RequestURITooLong",
                    "path and query have %d bytes, at most %d are served".formatted(length, LONGEST));
        }
        return next.handle(request);
    }
}
