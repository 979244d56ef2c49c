package io.luban.embeddedkube.expression;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.auth.User;
import java.util.Optional;

/** What a variable stands for. */
public sealed interface Value {
    /** Part of an object, read by the declared type of the variable. */
    record Tree(JsonNode node) implements Value {}

    /** The same where there may be none, wrapped as an optional of the language. */
    record Maybe(Optional<JsonNode> node) implements Value {}

    /** The rights of a user. */
    record Access(Authorizer authorizer, User user) implements Value {}

    /** The rights of a user to what a request is about. */
    record RequestedAccess(
            Access access, String group, String resource, String subresource, String namespace, String name)
            implements Value {}

    /** Results of other expressions by name. */
    record Results(Source source) implements Value {}

    /** Evaluates on demand. */
    @FunctionalInterface
    interface Source {
        /** The result of the expression of that name. */
        Object result(String name) throws EvaluationException;
    }
}
