package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.Impersonation;
import io.luban.embeddedkube.auth.User;
import io.luban.http.FastPath;
import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Request;
import java.util.ArrayList;
import java.util.List;

/** Every stage a request passes, in execution order. */
public final class RequestPipeline {
    private final Handler handler;
    private final FastPath fastPath;

    /** A pipeline over the given parts. */
    public RequestPipeline(RequestParts parts) {
        var identities = parts.identities();
        handler = Filter.chain(
                filters(parts.settings(), identities),
                new ApiHandler(
                        resources(parts), parts.endpoints(), parts.elsewhere().delegate()));
        fastPath = new ApiFastPath(parts);
    }

    /** The whole chain, for a server and for callers in the same process. */
    public Handler handler() {
        return handler;
    }

    /** Who asks, as an endpoint sees it. */
    public static User userOf(Request request) {
        return AuthenticationFilter.userOf(request);
    }

    /** What can be answered on an event loop. */
    public FastPath fastPath() {
        return fastPath;
    }

    private static List<Filter> filters(RequestParts.Settings settings, RequestParts.Identities identities) {
        var filters = new ArrayList<Filter>();
        filters.add(new ResponseHeadersFilter(settings.ids()));
        filters.add(settings.metrics());
        filters.add(new CompressionFilter());
        settings.audit().ifPresent(log -> filters.add(new AuditFilter(log, settings.clock())));
        filters.add(new ErrorFilter(settings.ids()));
        filters.add(new TargetLengthFilter());
        filters.add(new OriginFilter(settings.allowedOrigins()));
        filters.add(new DeadlineFilter(DeadlineFilter.LONGEST));
        var inFlight = new InFlightFilter();
        settings.metrics().inFlight(inFlight::reading, inFlight::writing);
        filters.add(inFlight);
        filters.add(new AuthenticationFilter(identities.authenticator(), new Impersonation(identities.authorizer())));
        filters.add(new AuthorizationFilter(identities.authorizer()));
        return filters;
    }

    private static ResourceHandler resources(RequestParts parts) {
        var store = parts.objects().store();
        var operations = parts.operations();
        var settings = parts.settings();
        var bodies = new RequestBody(settings.maxRequestBytes(), settings.protobuf()::decode);
        var reads = new ReadVerbs(store, operations, parts.objects().reader());
        var writes = new WriteVerbs(
                store,
                operations,
                parts.identities().authorizer(),
                parts.virtual(),
                parts.elsewhere().admission(),
                bodies);
        var patches = new PatchVerb(operations, writes, bodies);
        var deletes = new DeleteVerbs(store, operations, bodies);
        var verbs = new ResourceHandler.Verbs(reads, writes, patches, deletes);
        return new ResourceHandler(
                parts.objects().registry(),
                verbs,
                new Connections(parts.elsewhere()),
                new ProtobufAnswers(settings.protobufOut()));
    }
}
