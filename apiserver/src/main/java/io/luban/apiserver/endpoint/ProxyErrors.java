package io.luban.apiserver.endpoint;

import io.luban.http.AnswerInspector;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.Status;

/** Words failures to reach a backend as the platform's clients know them; leaves answers to another inspector. */
public record ProxyErrors(AnswerInspector answers) implements AnswerInspector {
    /** For answers that go to the client as they are. */
    public static final ProxyErrors OF_ANY_ANSWER = new ProxyErrors(AnswerInspector.NONE);

    @Override
    public Verdict inspect(int status, Headers headers) {
        return answers.inspect(status, headers);
    }

    @Override
    public void upgraded() {
        answers.upgraded();
    }

    @Override
    public Reply.Content failed(Status status) {
        if (status.code() != 502) {
            return answers.failed(status);
        }
        var message = "Error while proxying request: " + status.message();
        return answers.failed(new Status(502, status.reason(), message, status.details()));
    }
}
