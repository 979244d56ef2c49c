package io.luban.controller.admission;

import java.util.List;

/** What objects of some kind have to be like. */
interface Rule {
    /** Brings the object of the review into the form that is stored. */
    default void complete(Review review) {}

    /** Answers warnings for the writer; throws {@link RefusedException} when the object must not be stored. */
    default List<String> check(Review review) {
        return List.of();
    }
}
