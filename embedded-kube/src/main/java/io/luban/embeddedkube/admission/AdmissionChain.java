package io.luban.embeddedkube.admission;

import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.store.Store;
import io.luban.model.Ids;
import java.time.Clock;
import java.util.List;

/** The built-in plug-ins in their order; namespaces are checked by the verbs themselves, before all of them. */
public final class AdmissionChain {
    private AdmissionChain() {}

    /** Plug-ins that complete and check objects before any webhook sees them. */
    public static List<AdmissionPlugin> beforeWebhooks(Store store, Authorizer authorizer, Ids ids) {
        return List.of(
                new ServiceAccountAdmission(store, ids),
                new LimitRanger(store),
                new PriorityAdmission(store),
                new PodAdmission(),
                new DefaultClasses(store),
                new StorageInUse(),
                new CertificateAdmission(authorizer));
    }

    /** Plug-ins that judge what everybody else let through. */
    public static List<AdmissionPlugin> afterWebhooks(Store store, QuotaLedger ledger, Clock clock) {
        return List.of(new QuotaAdmission(store, ledger, clock));
    }
}
