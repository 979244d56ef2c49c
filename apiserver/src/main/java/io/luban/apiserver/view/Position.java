package io.luban.apiserver.view;

import io.luban.kube.ObjectName;
import java.util.Comparator;

/**
 * Where an object stands in sorted lists.
 *
 * @param created creation time as text; sorts in time order
 */
record Position(String created, ObjectName object) {
    /** By name, then by namespace, then by age: an object made anew stands elsewhere than the one before. */
    static final Comparator<Position> BY_NAME = Comparator.comparing(
                    (Position position) -> position.object().name())
            .thenComparing(position -> position.object().namespace())
            .thenComparing(Position::created);

    /** Oldest first, objects of the same second by name. */
    static final Comparator<Position> BY_AGE =
            Comparator.comparing(Position::created).thenComparing(BY_NAME);
}
