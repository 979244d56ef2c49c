package io.luban.embeddedkube.webhook;

/** The two times at which webhooks are asked. */
enum WebhookPhase {
    MUTATING("admit", "mutation"),
    VALIDATING("validating", "validating");

    private final String metric;
    private final String annotation;

    WebhookPhase(String metric, String annotation) {
        this.metric = metric;
        this.annotation = annotation;
    }

    /** The phase as metrics call it. */
    String metric() {
        return metric;
    }

    /** Under which key of the audit event the phase notes something about its {@code index}-th webhook. */
    String annotationKey(String prefix, int round, int index) {
        return "%s%s.webhook.admission.k8s.io/round_%d_index_%d".formatted(prefix, annotation, round, index);
    }
}
