package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** How other versions of a kind show its objects; a ledger may have entries of several versions. */
@FunctionalInterface
public interface OtherVersions {
    /** Every version shows the same fields. */
    OtherVersions NONE = apiVersion -> Optional.empty();

    /**
     * One of them.
     *
     * @param there turns an object of the version at hand into this one; changes its argument
     * @param back the other way; changes its argument
     */
    record Shown(Schema schema, UnaryOperator<ObjectNode> there, UnaryOperator<ObjectNode> back) {}

    /** Empty when the version shows the same fields as the one at hand, or is not known any more. */
    Optional<Shown> find(String apiVersion);
}
