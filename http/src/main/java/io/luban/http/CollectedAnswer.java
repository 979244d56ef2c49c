package io.luban.http;

import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/** An upstream's answer that is held back until its body is complete, to be changed as a whole or to be replaced. */
final class CollectedAnswer {
    /** How long the client waits for the beginning of an answer that it does not get. */
    static final long PATIENCE_MILLIS = 1000;

    private static final int LONGEST_BEGINNING = 4096;

    private final ResponseHead head;
    private final Headers headers;
    private final int limitBytes;
    private final boolean isReplaced;
    private final Function<byte[], Reply.Content> change;
    private final Buffer body = Buffer.buffer();

    CollectedAnswer(ResponseHead head, AnswerInspector.Verdict.Rewrite rewrite) {
        this.head = head;
        headers = rewrite.headers();
        limitBytes = rewrite.limitBytes();
        isReplaced = false;
        change = bytes -> new Reply.Content(
                head.status(), headers.without("Content-Length"), rewrite.edit().apply(bytes));
    }

    /** Holds back only the beginning. */
    CollectedAnswer(ResponseHead head, AnswerInspector.Verdict.Replace replace) {
        this.head = head;
        headers = Headers.EMPTY;
        limitBytes = LONGEST_BEGINNING;
        isReplaced = true;
        change = bytes -> {
            replace.reader().ifPresent(reader -> reader.accept(bytes));
            return replace.answer();
        };
    }

    /** Keeps a piece; false when it is too much now. */
    boolean add(Buffer chunk) {
        body.appendBuffer(chunk);
        return body.length() <= limitBytes;
    }

    ResponseHead head() {
        return head;
    }

    Headers headers() {
        return headers;
    }

    /** Whether nothing of it goes to the client. */
    boolean isReplaced() {
        return isReplaced;
    }

    Buffer unchanged() {
        return body;
    }

    /** What the client gets; asked for once. */
    Reply.Content changed() {
        return change.apply(body.getBytes());
    }
}
