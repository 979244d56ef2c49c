/**
 * ks-controller-manager: {@link io.luban.controller.ControllerManager} is the one assembly of all controllers. It needs a
 * Kubernetes client and nothing else of the platform, so it runs beside the API server or far from it.
 */
@NullMarked
package io.luban.controller;

import org.jspecify.annotations.NullMarked;
