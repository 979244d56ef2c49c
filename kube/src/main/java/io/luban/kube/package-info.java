/**
 * Access to a Kubernetes API: clients made from a kubeconfig, plain JSON calls, and caches that keep a projection of every
 * object of a kind and follow it by watching. Knows nothing of what the objects mean.
 */
@NullMarked
package io.luban.kube;

import org.jspecify.annotations.NullMarked;
