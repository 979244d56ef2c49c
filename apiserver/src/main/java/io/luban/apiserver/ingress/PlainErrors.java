package io.luban.apiserver.ingress;

import io.luban.http.AnswerInspector;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.Status;

/** Words failures for visitors with a browser instead of for clients of the API. */
record PlainErrors() implements AnswerInspector {
    @Override
    public Verdict inspect(int status, Headers headers) {
        return new Verdict.Pass(headers);
    }

    @Override
    public Reply.Content failed(Status status) {
        return (Reply.Content) Reply.text(status.code(), status.message() + "\n");
    }
}
