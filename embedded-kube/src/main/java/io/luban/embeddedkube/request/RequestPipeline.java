package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.Impersonation;
import io.luban.http.FastPath;
import io.luban.http.Filter;
import io.luban.http.Handler;
import java.util.List;

/** Every stage a request passes, in execution order. */
public final class RequestPipeline {
    private final Handler handler;
    private final FastPath fastPath;

    /** A pipeline over the given parts. */
    public RequestPipeline(RequestParts parts) {
        var identities = parts.identities();
        handler = Filter.chain(
                List.of(
                        new ResponseHeadersFilter(parts.settings().ids()),
                        parts.settings().metrics(),
                        new CompressionFilter(),
                        new ErrorFilter(parts.settings().ids()),
                        new InFlightFilter(),
                        new AuthenticationFilter(
                                identities.authenticator(), new Impersonation(identities.authorizer())),
                        new AuthorizationFilter(identities.authorizer())),
                new ApiHandler(resources(parts), parts.endpoints()));
        fastPath = new ApiFastPath(parts);
    }

    /** The whole chain, for a server and for callers in the same process. */
    public Handler handler() {
        return handler;
    }

    /** What can be answered on an event loop. */
    public FastPath fastPath() {
        return fastPath;
    }

    private static ResourceHandler resources(RequestParts parts) {
        var store = parts.objects().store();
        var operations = parts.operations();
        var settings = parts.settings();
        var bodies = new RequestBody(settings.maxRequestBytes(), settings.protobuf()::decode);
        var reads = new ReadVerbs(store, operations, parts.objects().reader());
        var writes = new WriteVerbs(store, operations, parts.identities().authorizer(), parts.virtual(), bodies);
        var patches = new PatchVerb(operations, writes, bodies);
        var deletes = new DeleteVerbs(store, operations, bodies);
        return new ResourceHandler(parts.objects().registry(), reads, writes, patches, deletes);
    }
}
