package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.auth.AccessRefusal;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.operation.BodyChecks;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.operation.VirtualCreate;
import io.luban.embeddedkube.operation.VirtualCreate.Asked;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.embeddedkube.operation.Written;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.Subresource;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.embeddedkube.store.Store;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers create and update. */
final class WriteVerbs {
    private final Store store;
    private final StandardOperations operations;
    private final Authorizer authorizer;
    private final Map<VirtualCreate.Endpoint, VirtualCreate> virtual;
    private final ComputedAdmission computedAdmission;
    private final RequestBody bodies;

    WriteVerbs(
            Store store,
            StandardOperations operations,
            Authorizer authorizer,
            Map<VirtualCreate.Endpoint, VirtualCreate> virtual,
            List<AdmissionPlugin> computedAdmission,
            RequestBody bodies) {
        this.store = store;
        this.operations = operations;
        this.authorizer = authorizer;
        this.virtual = Map.copyOf(virtual);
        this.computedAdmission = new ComputedAdmission(computedAdmission);
        this.bodies = bodies;
    }

    Reply create(ResourceCall call) {
        var choice = single(call);
        var type = call.type();
        var computed = virtual.get(new VirtualCreate.Endpoint(
                type.kind().group(), type.names().plural(), call.path().subresource()));
        if (computed != null) {
            var options = OptionsReader.write(call.request(), "CreateOptions", call.remarks());
            var asked = new Asked(call.user(), call.namespace(), call.path().name(), options);
            var body = spokenBody(call, options);
            computedAdmission.admit(call, body, options.dryRun());
            return Answers.object(call.request(), choice, 201, typed(type, computed.create(asked, body)));
        }
        refuseNamed(call);
        var options = OptionsReader.write(call.request(), "CreateOptions", call.remarks());
        var body = body(call, options);
        return answer(call, choice, operations.written(call.user(), type, call.namespace(), body, options));
    }

    /** The body of a computed create, which is of the kind that its endpoint speaks. */
    private ObjectNode spokenBody(ResourceCall call, WriteOptions options) {
        var part = call.type().subresource(call.path().subresource());
        var kind = part.flatMap(Subresource::foreignKind).orElse(call.type().kind());
        var rules =
                part.isPresent() ? part.get().rules() : Optional.of(call.type().rules());
        var parsed = bodies.object(call.request(), call.type());
        var body = parsed.object();
        if (kind.kind().equals("Eviction") && body.path("apiVersion").asText().equals("policy/v1beta1")) {
            body.put("apiVersion", kind.apiVersion());
        }
        BodyChecks.kind(kind, body);
        BodyChecks.namespace(call.namespace(), body);
        var problems = new ArrayList<>(parsed.duplicates());
        rules.ifPresent(
                known -> known.canonicalize(body.deepCopy(), path -> problems.add("unknown field \"" + path + "\"")));
        if (options.fieldValidation() == FieldValidation.WARN) {
            problems.forEach(call.warnings());
        }
        if (!problems.isEmpty() && options.fieldValidation() == FieldValidation.STRICT) {
            throw strictError(kind, problems);
        }
        return body;
    }

    Reply update(ResourceCall call) {
        var choice = single(call);
        var options = OptionsReader.write(call.request(), "UpdateOptions", call.remarks());
        var body = body(call, options);
        if (call.type().has(Trait.CREATE_ON_UPDATE)) {
            requireCreatable(call);
        }
        return answer(call, choice, operations.replaced(call.user(), call.type(), call.target(), body, options));
    }

    /** A write that would create a missing object needs the right to create. */
    void requireCreatable(ResourceCall call) {
        if (!call.path().subresource().isEmpty() || store.get(call.key()).isPresent()) {
            return;
        }
        var access = call.access("create");
        var decision = authorizer.decide(access);
        if (!decision.allowed()) {
            throw AccessRefusal.of(access, decision.reason());
        }
    }

    static Reply answer(ResourceCall call, MediaChoice choice, Written written) {
        return Answers.encoded(call.request(), choice, written.created() ? 201 : 200, written.json());
    }

    static MediaChoice single(ResourceCall call) {
        return MediaChoice.of(call.request(), form -> form == MediaChoice.JSON || form == MediaChoice.YAML);
    }

    /** Clients may leave out what the path says already; answers never do. */
    private static ObjectNode typed(ResourceType type, ObjectNode answer) {
        if (answer.has("kind") && answer.has("apiVersion")) {
            return answer;
        }
        var result = Json.object()
                .put("kind", type.kind().kind())
                .put("apiVersion", type.kind().apiVersion());
        result.setAll(answer);
        return result;
    }

    private static void refuseNamed(ResourceCall call) {
        if (!call.path().name().isEmpty()) {
            throw ApiException.methodNotAllowed();
        }
    }

    private ObjectNode body(ResourceCall call, WriteOptions options) {
        var parsed = bodies.object(call.request(), call.type());
        var duplicates = parsed.duplicates();
        if (options.fieldValidation() == FieldValidation.WARN) {
            duplicates.forEach(call.warnings());
        }
        if (!duplicates.isEmpty() && options.fieldValidation() == FieldValidation.STRICT) {
            throw strictError(call, parsed.object(), duplicates);
        }
        return parsed.object();
    }

    private static ApiException strictError(ResourceCall call, ObjectNode object, List<String> duplicates) {
        var problems = new ArrayList<>(
                duplicates.getFirst().startsWith("line ")
                        ? List.of("yaml: unmarshal errors:\n  " + String.join("\n  ", duplicates))
                        : duplicates);
        call.type().rules().canonicalize(object, path -> problems.add("unknown field \"" + path + "\""));
        return strictError(call.type().kind(), problems);
    }

    private static ApiException strictError(GroupVersionKind kind, List<String> problems) {
        return ApiException.badRequest("%s in version \"%s\" cannot be handled as a %s: strict decoding error: %s"
                .formatted(kind.kind(), kind.version(), kind.kind(), String.join(", ", problems)));
    }
}
