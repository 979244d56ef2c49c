package io.luban.apiserver.authorization;

/** A role given to one subject by one binding. */
record Grant(String bindingKind, String binding, String roleKind, String role, String subjectKind, String subject) {
    /** Why a request is allowed, in Kubernetes' words. */
    String reason() {
        return "RBAC: allowed by %s \"%s\" of %s \"%s\" to %s \"%s\""
                .formatted(bindingKind, binding, roleKind, role, subjectKind, subject);
    }
}
