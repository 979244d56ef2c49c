package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What objects of some kind have to be like. */
interface Rule {
    /** Brings the object of the review into the form that is stored. */
    default void complete(Review review) {}

    /** Takes note that an object shall be removed, of which this has no say; called for real requests only. */
    default void removed(JsonNode object) {}

    /** Answers warnings for the writer; throws {@link RefusedException} when the object must not be stored. */
    default List<String> check(Review review) {
        return List.of();
    }
}
