/**
 * Pretends that workloads run, although no node does: controllers like those of Kubernetes make ReplicaSets, pods and
 * claims, and pods walk through their phases after a delay. Everything touched says so: an annotation on the object, a
 * condition and a message on pods. Objects and namespaces may opt out by {@code kube.luban.io/simulate: "false"}, and ask
 * for a failure by {@code kube.luban.io/simulate-failure: "true"}.
 */
@NullMarked
package io.luban.embeddedkube.simulation;

import org.jspecify.annotations.NullMarked;
