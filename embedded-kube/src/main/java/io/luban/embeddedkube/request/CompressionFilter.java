package io.luban.embeddedkube.request;

import io.luban.embeddedkube.watch.Reader;
import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;

/** Compresses large answers to reads for clients that offer it. */
final class CompressionFilter implements Filter {
    @Override
    public Reply apply(Request request, Handler next) {
        var reply = next.handle(request);
        return request.method().equals("GET") ? Reader.compressed(request, reply) : reply;
    }
}
