/**
 * The listener that serves Ingress objects by host name, for platforms without an ingress controller. In the gateway's
 * module because it finds and reaches services exactly as the gateway does; it shares no port, no authentication and no
 * pipeline with it, since what stands behind an Ingress looks after its own visitors.
 */
@NullMarked
package io.luban.apiserver.ingress;

import org.jspecify.annotations.NullMarked;
