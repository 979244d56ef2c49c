package io.luban.embeddedkube.junit;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** The ConfigMap that an operator keeps for each page; the framework compares it by server-side apply. */
@KubernetesDependent
public class PageText extends CRUDKubernetesDependentResource<ConfigMap, WebPage> {
    @Override
    protected ConfigMap desired(WebPage page, Context<WebPage> context) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(page.getMetadata().getName())
                .withNamespace(page.getMetadata().getNamespace())
                .endMetadata()
                .addToData("index.html", page.getSpec().text())
                .build();
    }
}
