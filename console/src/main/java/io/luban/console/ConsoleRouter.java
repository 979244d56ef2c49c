package io.luban.console;

import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;

/** What takes more than a look at memory: the console's own pages and questions to the gateway. */
final class ConsoleRouter implements Handler {
    private final Passage passage;
    private final OwnPages pages;
    private final ExistenceCheck existence;

    ConsoleRouter(Passage passage, OwnPages pages, ExistenceCheck existence) {
        this.passage = passage;
        this.pages = pages;
        this.existence = existence;
    }

    @Override
    public Reply handle(Request request) {
        return switch (RouteTable.find(request)) {
            case Route.Own own -> pages.handle(request, passage);
            case Route.Gateway route -> ask(request, route);
        };
    }

    private Reply ask(Request request, Route.Gateway route) {
        if (ExistenceCheck.isAsked(request)) {
            return existence.answer(route.target(request), passage.identified(request, route.identity()));
        }
        return passage.forward(request, route);
    }
}
