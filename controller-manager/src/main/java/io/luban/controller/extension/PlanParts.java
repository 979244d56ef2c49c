package io.luban.controller.extension;

import io.luban.controller.executor.HelmExecutor;
import io.luban.kube.KubeRest;
import io.luban.model.Ids;
import java.time.Clock;

/**
 * What the reconciliation of plans works with.
 *
 * @param kube the cluster
 * @param clusters where agents are installed
 * @param executor runs Helm
 * @param releases what is known of Helm's releases
 * @param settings how extensions are installed
 * @param ids for the names of operations
 */
record PlanParts(
        KubeRest kube,
        Clusters clusters,
        HelmExecutor executor,
        KnownReleases releases,
        ExtensionSettings settings,
        Ids ids,
        Clock clock) {}
