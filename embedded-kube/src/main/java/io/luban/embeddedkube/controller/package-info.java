/**
 * The controllers that every cluster runs, workloads aside: deletion of namespaces and what each namespace must hold,
 * accounts' token Secrets and tokens on request, certificate requests, endpoints of Services, addresses of Services,
 * listing of the served groups. {@link io.luban.embeddedkube.controller.Controllers} starts them all, garbage collection
 * and simulation included.
 */
@NullMarked
package io.luban.embeddedkube.controller;

import org.jspecify.annotations.NullMarked;
