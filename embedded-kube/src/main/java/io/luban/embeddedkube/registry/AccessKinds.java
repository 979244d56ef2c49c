package io.luban.embeddedkube.registry;

import static io.luban.embeddedkube.registry.ResourceType.Trait.CREATE_ON_UPDATE;
import static io.luban.embeddedkube.registry.ResourceType.Trait.GENERATION;
import static io.luban.embeddedkube.registry.ResourceType.Trait.VERSION_REQUIRED_ON_UPDATE;

/** Identity, permissions, and what extends the API itself. */
final class AccessKinds {
    private static final String EXTENSION_CATEGORY = "api-extensions";

    private AccessKinds() {}

    static GroupKinds registration() {
        var kinds = new GroupKinds("apiregistration.k8s.io", "v1");
        kinds.kind("apiservices", "APIService")
                .clusterScoped()
                .category(EXTENSION_CATEGORY)
                .traits(VERSION_REQUIRED_ON_UPDATE)
                .status()
                .columns("Name, Service, Available, Age");
        return kinds;
    }

    static GroupKinds authentication() {
        var kinds = new GroupKinds("authentication.k8s.io", "v1");
        kinds.kind("selfsubjectreviews", "SelfSubjectReview").clusterScoped().computed();
        kinds.kind("tokenreviews", "TokenReview").clusterScoped().computed();
        return kinds;
    }

    static GroupKinds authorization() {
        var kinds = new GroupKinds("authorization.k8s.io", "v1");
        kinds.kind("localsubjectaccessreviews", "LocalSubjectAccessReview").computed();
        kinds.kind("selfsubjectaccessreviews", "SelfSubjectAccessReview")
                .clusterScoped()
                .computed();
        kinds.kind("selfsubjectrulesreviews", "SelfSubjectRulesReview")
                .clusterScoped()
                .computed();
        kinds.kind("subjectaccessreviews", "SubjectAccessReview")
                .clusterScoped()
                .computed();
        return kinds;
    }

    static GroupKinds certificates() {
        var kinds = new GroupKinds("certificates.k8s.io", "v1");
        kinds.kind("certificatesigningrequests", "CertificateSigningRequest")
                .clusterScoped()
                .shortNames("csr")
                .part("approval")
                .status()
                .columns("Name, Age, SignerName, Requestor, RequestedDuration, Condition")
                .selectable("spec.signerName");
        return kinds;
    }

    static GroupKinds rbac() {
        var kinds = new GroupKinds("rbac.authorization.k8s.io", "v1");
        var bindingColumns = "Name, Role, Age, Users*, Groups*, ServiceAccounts*";
        kinds.kind("clusterrolebindings", "ClusterRoleBinding")
                .clusterScoped()
                .traits(CREATE_ON_UPDATE)
                .columns(bindingColumns);
        kinds.kind("clusterroles", "ClusterRole")
                .clusterScoped()
                .traits(CREATE_ON_UPDATE)
                .columns("Name, Created At");
        kinds.kind("rolebindings", "RoleBinding").traits(CREATE_ON_UPDATE).columns(bindingColumns);
        kinds.kind("roles", "Role").traits(CREATE_ON_UPDATE).columns("Name, Created At");
        return kinds;
    }

    static GroupKinds admission() {
        var kinds = new GroupKinds("admissionregistration.k8s.io", "v1");
        admission(kinds, "mutatingwebhookconfigurations", "MutatingWebhookConfiguration")
                .columns("Name, Webhooks#, Age");
        admission(kinds, "validatingadmissionpolicies", "ValidatingAdmissionPolicy")
                .status()
                .columns("Name, Validations#, ParamKind, Age");
        admission(kinds, "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding")
                .columns("Name, PolicyName, ParamRef, Age");
        admission(kinds, "validatingwebhookconfigurations", "ValidatingWebhookConfiguration")
                .columns("Name, Webhooks#, Age");
        return kinds;
    }

    private static KindBuilder admission(GroupKinds kinds, String plural, String kind) {
        return kinds.kind(plural, kind)
                .clusterScoped()
                .category(EXTENSION_CATEGORY)
                .traits(GENERATION, VERSION_REQUIRED_ON_UPDATE);
    }

    static GroupKinds extensions() {
        var kinds = new GroupKinds("apiextensions.k8s.io", "v1");
        kinds.kind("customresourcedefinitions", "CustomResourceDefinition")
                .clusterScoped()
                .shortNames("crd", "crds")
                .category(EXTENSION_CATEGORY)
                .traits(GENERATION, VERSION_REQUIRED_ON_UPDATE)
                .status()
                .columns("Name, Created At");
        return kinds;
    }
}
