package io.luban.controller.extension;

import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.kube.KubeRest;
import io.luban.model.Json;
import java.util.function.ToLongFunction;

/** Notes on every Category how many extensions it has. */
public final class CategoryReconciler implements Reconciler {
    private final KubeRest kube;
    private final ToLongFunction<String> count;

    /** A reconciler that asks {@code count} for the number of extensions of a category. */
    public CategoryReconciler(KubeRest kube, ToLongFunction<String> count) {
        this.kube = kube;
        this.count = count;
    }

    @Override
    public Outcome reconcile(String name) {
        var path = Paths.CATEGORIES + "/" + name;
        var category = kube.find(path);
        var number = Long.toString(count.applyAsLong(name));
        boolean differs = category.isPresent()
                && !category.get()
                        .at(Labels.pointer("annotations", Labels.COUNT))
                        .asText("")
                        .equals(number);
        if (differs) {
            var patch = Json.object();
            patch.withObject("/metadata/annotations").put(Labels.COUNT, number);
            kube.patch(path, patch);
        }
        return Outcome.DONE;
    }
}
