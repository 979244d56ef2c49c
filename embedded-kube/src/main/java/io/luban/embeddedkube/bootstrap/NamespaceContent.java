package io.luban.embeddedkube.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.List;

/**
 * What every namespace holds from its first moment, written in the namespace's own commit, so that nobody ever meets a
 * namespace without a default account.
 */
public final class NamespaceContent implements CommitParticipant {
    /** The account of pods that name none. */
    public static final String DEFAULT_ACCOUNT = "default";

    /** The ConfigMap with the authority's certificate. */
    public static final String ROOT_CERTIFICATE = "kube-root-ca.crt";

    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
    private static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");

    private final String caPem;
    private final NewObjects objects;

    /** Content with that root certificate. */
    public NamespaceContent(String caPem, NewObjects objects) {
        this.caPem = caPem;
        this.objects = objects;
    }

    @Override
    public List<Change> accompany(PendingWrite write) {
        var isNewNamespace =
                write.operation() == Operation.CREATE && write.type().storage().equals(NAMESPACES);
        return isNewNamespace ? changes(Trees.name(write.object())) : List.of();
    }

    List<Change> changes(String namespace) {
        return List.of(
                put(new ObjectKey(ACCOUNTS, namespace, DEFAULT_ACCOUNT), account(namespace)),
                put(new ObjectKey(CONFIG_MAPS, namespace, ROOT_CERTIFICATE), rootCertificate(namespace)));
    }

    /** The default account, without what the store adds. */
    public ObjectNode account(String namespace) {
        return Draft.of("v1", "ServiceAccount", namespace, DEFAULT_ACCOUNT).json();
    }

    /** The ConfigMap with the root certificate, without what the store adds. */
    public ObjectNode rootCertificate(String namespace) {
        return Draft.of("v1", "ConfigMap", namespace, ROOT_CERTIFICATE)
                .annotation(
                        "kubernetes.io/description",
                        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal"
                                + " endpoints such as the internal service IP or kubernetes.default.svc. No other usage"
                                + " is guaranteed across distributions of Kubernetes clusters.")
                .with("data", Json.object().put("ca.crt", caPem))
                .json();
    }

    private Change put(ObjectKey key, ObjectNode object) {
        return new Change.Put(key, Change.ANY, objects.complete(object));
    }
}
