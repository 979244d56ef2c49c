package io.luban.http;

import java.util.List;

/** A stage of a pipeline: answers itself, or asks the next stage with the request it was given or a changed copy. */
@FunctionalInterface
public interface Filter {
    /** Returns this stage's own reply or that of {@code next}, changed where needed. */
    Reply apply(Request request, Handler next);

    /** One handler that runs the filters in list order and ends at {@code last}. */
    static Handler chain(List<Filter> filters, Handler last) {
        var handler = last;
        for (var filter : filters.reversed()) {
            var next = handler;
            handler = request -> filter.apply(request, next);
        }
        return handler;
    }
}
