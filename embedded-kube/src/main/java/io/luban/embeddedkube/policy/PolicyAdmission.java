package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.expression.ExpressionEngine;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.policy.PolicyEvaluation.Finding;
import io.luban.embeddedkube.policy.PolicyEvaluation.Result;
import io.luban.embeddedkube.policy.PolicyParams.MissingParamsException;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.store.Store;
import io.luban.model.ApiException;
import io.luban.model.Status;
import io.luban.model.StatusCause;
import java.util.List;

/** Refuses what validating admission policies refuse. */
public final class PolicyAdmission implements AdmissionPlugin, AutoCloseable {
    private final Store store;
    private final Authorizer authorizer;
    private final ExpressionSupport expressions;
    private final PolicyParams params;
    private final PolicyTable policies;
    private final EquivalentForms forms;

    /** Follows the policies in the store until closed. */
    public PolicyAdmission(Store store, Registry registry, Authorizer authorizer, ExpressionSupport expressions) {
        this.store = store;
        this.authorizer = authorizer;
        this.expressions = expressions;
        this.params = new PolicyParams(store, registry);
        this.policies = new PolicyTable(store);
        this.forms = new EquivalentForms(registry);
    }

    @Override
    public void validate(AdmissionRequest request) {
        var all = policies.all();
        var storage = request.type().storage();
        if (all.isEmpty()
                || request.user().equals(User.SYSTEM)
                || storage.equals(PolicyTable.POLICIES)
                || storage.equals(PolicyTable.BINDINGS)) {
            return;
        }
        var context = new RequestContext(request, store, authorizer);
        var audit = new AuditFindings();
        try {
            for (var policy : all) {
                policy.concern(context, forms)
                        .ifPresent(type -> expressions
                                .engine()
                                .ifPresent(engine -> apply(policy, context, context.in(type), engine, audit)));
            }
        } finally {
            audit.publish(request.remarks());
        }
    }

    private void apply(
            Policy policy, RequestContext asked, RequestContext context, ExpressionEngine engine, AuditFindings audit) {
        for (var binding : policy.bindings()) {
            if (binding.match().match(asked, forms).isEmpty()) {
                continue;
            }
            try {
                for (JsonNode param :
                        params.of(policy, binding, context.request().namespace())) {
                    var evaluation =
                            new PolicyEvaluation(policy.compiled(engine), policy.ignoresFailures(), context, param);
                    enforce(policy, binding, context.request(), evaluation.result(), audit);
                }
            } catch (MissingParamsException e) {
                if (!policy.ignoresFailures()) {
                    var message = "failed to configure binding: " + e.getMessage();
                    throw denied(policy, binding, context.request(), new Finding(message, "", 0));
                }
            }
        }
    }

    private static void enforce(
            Policy policy, PolicyBinding binding, AdmissionRequest request, Result result, AuditFindings audit) {
        audit.annotated(policy, result.annotations());
        for (var finding : result.findings()) {
            if (binding.actions().contains("Warn")) {
                request.warn("Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s"
                        .formatted(policy.name(), binding.name(), finding.message()));
            }
            if (binding.actions().contains("Audit")) {
                audit.failed(policy, binding, finding);
            }
        }
        if (!result.findings().isEmpty() && binding.actions().contains("Deny")) {
            throw denied(policy, binding, request, result.findings().getFirst());
        }
        if (!result.failures().isEmpty()) {
            throw denied(policy, binding, request, result.failures().getFirst());
        }
    }

    private static ApiException denied(
            Policy policy, PolicyBinding binding, AdmissionRequest request, Finding finding) {
        var text = "ValidatingAdmissionPolicy '%s' with binding '%s' denied request: %s"
                .formatted(policy.name(), binding.name(), finding.message());
        var resource = request.type().resource();
        var subject = request.name().isEmpty() ? resource.toString() : resource + " \"" + request.name() + "\"";
        var reason = finding.reason().isEmpty() ? "Invalid" : finding.reason();
        int code = switch (reason) {
            case "Forbidden" -> 403;
            case "Unauthorized" -> 401;
            case "RequestEntityTooLarge" -> 413;
            default -> 422;
        };
        var details = new Status.Details(
                request.name(), resource.group(), resource.resource(), "", List.of(new StatusCause("", text, "")), 0);
        return new ApiException(new Status(code, reason, subject + " is forbidden: " + text, details));
    }

    @Override
    public void close() {
        policies.close();
    }
}
