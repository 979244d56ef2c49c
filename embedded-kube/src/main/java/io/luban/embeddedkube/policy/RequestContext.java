package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.admission.RequestDescription;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.Value;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as expressions see it; what several of them look at is computed once. Used by one thread. */
public final class RequestContext {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private final AdmissionRequest request;
    private final AdmissionRequest asked;
    private final Store store;
    private final Authorizer authorizer;
    private @Nullable JsonNode description;
    private @Nullable JsonNode namespace;

    /** A request, the store that it goes to and the rights that hold there. */
    public RequestContext(AdmissionRequest request, Store store, Authorizer authorizer) {
        this(request, request, store, authorizer);
    }

    /** The same for a request that is seen in another version than it was {@code asked} in. */
    RequestContext(AdmissionRequest request, AdmissionRequest asked, Store store, Authorizer authorizer) {
        this.request = request;
        this.asked = asked;
        this.store = store;
        this.authorizer = authorizer;
    }

    AdmissionRequest request() {
        return request;
    }

    /** The same request in another version of its objects. */
    RequestContext in(ResourceType type) {
        var form = EquivalentForms.in(type, request);
        return form.equals(request) ? this : new RequestContext(form, asked, store, authorizer);
    }

    private boolean isNamespace() {
        return request.type().storage().equals(NAMESPACES);
    }

    boolean hasNamespace() {
        return isNamespace() || !request.namespace().isEmpty();
    }

    /** Labels of the namespace that the request is about or in. */
    Map<String, String> namespaceLabels() {
        return Trees.labels(isNamespace() ? request.object() : namespaceObject());
    }

    private JsonNode namespaceObject() {
        var known = namespace;
        if (known == null) {
            known = request.namespace().isEmpty() || isNamespace()
                    ? NullNode.getInstance()
                    : store.get(new ObjectKey(NAMESPACES, "", request.namespace()))
                            .<JsonNode>map(found -> found.tree())
                            .orElse(NullNode.getInstance());
            namespace = known;
        }
        return known;
    }

    /** Values of the variables of {@link RequestVariables}. */
    Expression.Bindings bindings(JsonNode params, Value.Source variables) {
        return name -> switch (name) {
            case "object" ->
                new Value.Tree(request.operation() == Operation.DELETE ? NullNode.getInstance() : request.object());
            case "oldObject" ->
                new Value.Tree(request.old().isPresent() ? request.old().get() : NullNode.getInstance());
            case "request" -> new Value.Tree(description());
            case "params" -> new Value.Tree(params);
            case "namespaceObject" -> new Value.Tree(namespaceObject());
            case "authorizer" -> access();
            case "authorizer.requestResource" -> requestedAccess();
            default -> new Value.Results(variables);
        };
    }

    private JsonNode description() {
        var known = description;
        if (known == null) {
            known = RequestDescription.of(request, asked);
            description = known;
        }
        return known;
    }

    private Value.Access access() {
        return new Value.Access(authorizer, request.user());
    }

    private Value requestedAccess() {
        return new Value.RequestedAccess(
                access(),
                request.type().kind().group(),
                request.type().names().plural(),
                request.subresource(),
                request.namespace(),
                request.name());
    }
}
