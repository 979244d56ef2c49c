package io.luban.http;

import io.vertx.core.buffer.Buffer;

/** An upstream's answer that is held back until its body is complete, to be changed as a whole. */
final class CollectedAnswer {
    private final ResponseHead head;
    private final AnswerInspector.Verdict.Rewrite rewrite;
    private final Buffer body = Buffer.buffer();

    CollectedAnswer(ResponseHead head, AnswerInspector.Verdict.Rewrite rewrite) {
        this.head = head;
        this.rewrite = rewrite;
    }

    /** Keeps a piece; false when it is too much now. */
    boolean add(Buffer chunk) {
        body.appendBuffer(chunk);
        return body.length() <= rewrite.limitBytes();
    }

    ResponseHead head() {
        return head;
    }

    Headers headers() {
        return rewrite.headers();
    }

    Buffer unchanged() {
        return body;
    }

    Reply.Content changed() {
        var bytes = rewrite.edit().apply(body.getBytes());
        return new Reply.Content(head.status(), rewrite.headers().without("Content-Length"), bytes);
    }
}
