package io.luban.embeddedkube.custom;

import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;

/** Tells who writes a definition with validation expressions that these are kept but not enforced. */
public final class ExpressionWarning implements AdmissionPlugin {
    @Override
    public void validate(AdmissionRequest request) {
        boolean isWrite = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (isWrite
                && request.subresource().isEmpty()
                && request.type().storage().equals(Definition.RESOURCE)
                && request.object().path("spec").findValue("x-kubernetes-validations") != null) {
            request.warning()
                    .accept("the x-kubernetes-validations rules of %s are stored but not enforced"
                            .formatted(request.name()));
        }
    }
}
