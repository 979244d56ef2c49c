package io.luban.http;

import io.luban.model.Status;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Looks at the head of an upstream's answer before the client sees any of it. Called on an event loop, must not block; not
 * asked about accepted upgrades.
 */
@FunctionalInterface
public interface AnswerInspector {
    /** Lets every answer through as it is. */
    AnswerInspector NONE = (status, headers) -> new Verdict.Pass(headers);

    /** What shall happen with an answer of that status and those end-to-end header fields. */
    Verdict inspect(int status, Headers headers);

    /** The upstream has left HTTP as the client asked; nothing can be changed any more. */
    default void upgraded() {}

    /** What the client gets when the upstream could not be reached or gave no proper answer. */
    default Reply.Content failed(Status status) {
        return (Reply.Content) Reply.repeated(status);
    }

    /** What happens with an answer. */
    sealed interface Verdict {
        /** It goes to the client with these header fields. */
        record Pass(Headers headers) implements Verdict {}

        /**
         * The client gets this instead.
         *
         * @param reader is told how the upstream's body begins, before the client is answered; empty when nobody reads it
         */
        record Replace(Reply.Content answer, Optional<Consumer<byte[]>> reader) implements Verdict {
            /** An answer in place of one that nobody reads. */
            public Replace(Reply.Content answer) {
                this(answer, Optional.empty());
            }
        }

        /** The body is collected and changed; one of more than {@code limitBytes} goes to the client unchanged. */
        record Rewrite(Headers headers, int limitBytes, UnaryOperator<byte[]> edit) implements Verdict {}

        /** The body goes to the client as it comes, each piece of it through the edit. */
        record Through(Headers headers, BodyEdit edit) implements Verdict {}
    }
}
