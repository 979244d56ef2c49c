package io.luban.embeddedkube.request;

import io.luban.embeddedkube.store.StoreConflictException;
import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.ParseException;
import io.luban.model.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that words failures; what nobody foresaw becomes a 500 whose id is in the log. */
final class ErrorFilter implements Filter {
    private static final Logger log = LoggerFactory.getLogger(ErrorFilter.class);
    private static final int ID_LENGTH = 8;

    private final Ids ids;

    ErrorFilter(Ids ids) {
        this.ids = ids;
    }

    @Override
    @SuppressWarnings("PMD.AvoidCatchingGenericException")
    public Reply apply(Request request, Handler next) {
        try {
            return next.handle(request);
        } catch (ApiException e) {
            return Reply.of(e.status());
        } catch (StoreConflictException e) {
            var conflict = ApiException.conflict(
                    e.key().resource(), e.key().name(), "another write was faster; please try again");
            return Reply.of(conflict.status());
        } catch (ParseException e) {
            return Reply.of(Status.of(400, "BadRequest", String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            var id = ids.suffix(ID_LENGTH);
            log.atError()
                    .addKeyValue("errorId", id)
                    .addKeyValue("method", request.method())
                    .addKeyValue("path", request.path())
                    .setCause(e)
                    .log("request failed unexpectedly");
            return Reply.of(ApiException.internal("error id " + id + ", see the server's log")
                    .status());
        }
    }
}
