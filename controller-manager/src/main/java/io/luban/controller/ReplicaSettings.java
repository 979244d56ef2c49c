package io.luban.controller;

import io.luban.controller.leadership.ElectionSettings;

/**
 * What one of several replicas knows of itself.
 *
 * @param election how they agree on the one that reconciles
 * @param host name or address under which the others reach this one
 */
public record ReplicaSettings(ElectionSettings election, String host) {}
