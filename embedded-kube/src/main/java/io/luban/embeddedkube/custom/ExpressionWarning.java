package io.luban.embeddedkube.custom;

import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.expression.ExpressionSupport;

/** Tells who writes a definition with validation expressions when these are kept but not enforced. */
public final class ExpressionWarning implements AdmissionPlugin {
    private final ExpressionSupport expressions;

    /** {@code expressions} tells whether anything evaluates rules. */
    public ExpressionWarning(ExpressionSupport expressions) {
        this.expressions = expressions;
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean isWrite = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (isWrite
                && request.subresource().isEmpty()
                && request.type().storage().equals(Definition.RESOURCE)
                && request.object().path("spec").findValue("x-kubernetes-validations") != null
                && expressions.engine().isEmpty()) {
            expressions.noteUnenforced();
            request.warn(
                    "the x-kubernetes-validations rules of %s are stored but not enforced".formatted(request.name()));
        }
    }
}
