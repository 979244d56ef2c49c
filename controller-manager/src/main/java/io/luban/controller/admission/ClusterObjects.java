package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.extension.Lists;
import io.luban.kube.KubeRest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What there is, asked anew each time: two objects that are written one right after the other must see each other, which
 * a cache does not promise.
 */
record ClusterObjects(KubeRest kube) implements Others {
    private static final String GROUP = "/apis/kubesphere.io/v1alpha1/";
    private static final String SURFACE_GROUP = "/apis/extensions.kubesphere.io/v1alpha1/";

    @Override
    public List<ObjectNode> all(String plural) {
        var all = new ArrayList<ObjectNode>(Lists.items(kube, SURFACE_GROUP + plural));
        all.addAll(Lists.items(kube, GROUP + plural));
        return all;
    }

    @Override
    public Optional<ObjectNode> find(String plural, String name) {
        return kube.find(GROUP + plural + "/" + name);
    }
}
