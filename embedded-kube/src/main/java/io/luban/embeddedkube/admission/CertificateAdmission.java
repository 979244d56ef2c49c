package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.pki.SignerRules;
import io.luban.embeddedkube.pki.SigningRequest;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.StatusCause;
import io.luban.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Certificate requests carry the identity of whoever made them, cannot ask for the masters' group, and are approved and
 * signed only by those who may: a verdict has to come through the approval, where the right to it is asked for.
 */
public final class CertificateAdmission implements AdmissionPlugin {
    private static final String GROUP = "certificates.k8s.io";
    private static final GroupResource REQUESTS = new GroupResource(GROUP, "certificatesigningrequests");

    private final Authorizer authorizer;

    /** Asks that authorizer who may approve and sign. */
    public CertificateAdmission(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.type().storage().equals(REQUESTS)) {
            return;
        }
        if (request.subresource().equals("status")) {
            request.old().ifPresent(old -> Verdicts.keepApprovals(request.object(), old));
        }
        if (!request.subresource().isEmpty()) {
            return;
        }
        if (request.operation() == AdmissionRequest.Operation.CREATE) {
            noteCaller(request);
            request.object().remove("status");
            request.object().putObject("status");
        } else if (request.operation() == AdmissionRequest.Operation.UPDATE) {
            request.old()
                    .ifPresent(
                            old -> request.object().set("spec", old.path("spec").deepCopy()));
        }
    }

    private static void noteCaller(AdmissionRequest request) {
        var user = request.user();
        var spec = Trees.ensure(request.object(), "spec");
        spec.remove(List.of("username", "uid", "groups", "extra"));
        spec.put("username", user.name());
        if (!user.uid().isEmpty()) {
            spec.put("uid", user.uid());
        }
        if (!user.groups().isEmpty()) {
            user.groups().forEach(spec.putArray("groups")::add);
        }
        if (!user.extra().isEmpty()) {
            var extra = spec.putObject("extra");
            user.extra().forEach((key, values) -> {
                var list = extra.putArray(key);
                values.forEach(list::add);
            });
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.type().storage().equals(REQUESTS)) {
            return;
        }
        if (request.operation() == AdmissionRequest.Operation.CREATE) {
            checkContent(request);
        } else if (request.operation() == AdmissionRequest.Operation.UPDATE) {
            checkRights(request);
            request.old().ifPresent(old -> checkVerdicts(request, old));
        }
    }

    private static void checkVerdicts(AdmissionRequest request, ObjectNode old) {
        if (!request.subresource().isEmpty()) {
            boolean decides = request.subresource().equals("approval");
            refuse(request, Verdicts.problems(request.object(), old, decides));
        }
    }

    private static void checkContent(AdmissionRequest request) {
        var parsed = parse(request);
        if (parsed.organizations().contains(SignerRules.MASTERS)) {
            var signer = Trees.text(request.object(), "spec", "signerName");
            throw forbidden(
                    request, "use of %s signer with %s group is not allowed".formatted(signer, SignerRules.MASTERS));
        }
    }

    private static SigningRequest parse(AdmissionRequest request) {
        try {
            var pem = Base64.getDecoder().decode(Trees.text(request.object(), "spec", "request"));
            return SigningRequest.parse(new String(pem, StandardCharsets.US_ASCII));
        } catch (PkiException | IllegalArgumentException e) {
            var cause = StatusCause.invalid("spec.request", "", String.valueOf(e.getMessage()));
            throw invalid(request, List.of(cause));
        }
    }

    private static void refuse(AdmissionRequest request, List<StatusCause> problems) {
        if (!problems.isEmpty()) {
            throw invalid(request, problems);
        }
    }

    private static ApiException invalid(AdmissionRequest request, List<StatusCause> problems) {
        return ApiException.invalid(GROUP, "CertificateSigningRequest", request.name(), problems);
    }

    private void checkRights(AdmissionRequest request) {
        var signer = Trees.text(request.object(), "spec", "signerName");
        if (request.subresource().equals("approval") && !may(request, "approve", signer)) {
            throw forbidden(request, "user not permitted to approve requests with signerName \"%s\"".formatted(signer));
        }
        if (request.subresource().equals("status") && changesCertificate(request) && !may(request, "sign", signer)) {
            throw forbidden(request, "user not permitted to sign requests with signerName \"%s\"".formatted(signer));
        }
    }

    private static boolean changesCertificate(AdmissionRequest request) {
        return request.old()
                .map(old -> !certificate(old).equals(certificate(request.object())))
                .orElse(true);
    }

    private static String certificate(ObjectNode request) {
        return Trees.text(request, "status", "certificate");
    }

    private boolean may(AdmissionRequest request, String verb, String signer) {
        var wholeDomain = signer.contains("/") ? signer.substring(0, signer.indexOf('/')) + "/*" : signer;
        return List.of(signer, wholeDomain).stream()
                .anyMatch(name -> authorizer
                        .decide(new AccessRequest(request.user(), verb, GROUP, "*", "signers", "", "", name, ""))
                        .allowed());
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(
                REQUESTS, request.name(), "%s \"%s\" is forbidden: %s".formatted(REQUESTS, request.name(), why));
    }
}
