package io.luban.embeddedkube.configuration;

import java.time.Duration;

/**
 * Behaviour of the API.
 *
 * @param eventTtl age at which Events are removed
 * @param workloadControllers whether Deployments, Jobs and the like create their ReplicaSets and Pods
 */
public record ApiSettings(
        Duration eventTtl,
        Expressions cel,
        ConversionFallback conversionFallback,
        UnreachableService unreachableService,
        boolean workloadControllers) {}
