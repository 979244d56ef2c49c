package io.luban.embeddedkube.junit;

import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Shows in the status what a page says, and notes what it cleaned up. */
@Workflow(dependents = @Dependent(type = PageText.class))
@ControllerConfiguration(name = "pages")
public class PageReconciler implements Reconciler<WebPage>, Cleaner<WebPage> {
    final AtomicInteger reconciliations = new AtomicInteger();
    final Queue<String> cleaned = new ConcurrentLinkedQueue<>();

    @Override
    public UpdateControl<WebPage> reconcile(WebPage page, Context<WebPage> context) {
        reconciliations.incrementAndGet();
        var text = page.getSpec().text();
        if (page.getStatus() != null && text.equals(page.getStatus().shown())) {
            return UpdateControl.noUpdate();
        }
        int times = page.getStatus() == null ? 1 : page.getStatus().times() + 1;
        page.setStatus(new WebPage.Status(text, times));
        return UpdateControl.patchStatus(page);
    }

    @Override
    public DeleteControl cleanup(WebPage page, Context<WebPage> context) {
        cleaned.add(page.getMetadata().getName());
        return DeleteControl.defaultDelete();
    }
}
