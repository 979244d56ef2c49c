package io.luban.embeddedkube.junit;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/** What the operator of the tests looks after. */
@Group("example.org")
@Version("v1")
public class WebPage extends CustomResource<WebPage.Spec, WebPage.Status> implements Namespaced {
    private static final long serialVersionUID = 1L;

    /** What is wanted. */
    public record Spec(String text) {}

    /** What is the case. */
    public record Status(String shown, int times) {}
}
