/**
 * The platform's own Kubernetes client in one-process mode: {@link io.luban.standalone.inprocess.InProcessClient} makes
 * a client whose requests are handed to the API server's handler instead of a socket. Only what that handler itself sends
 * on to somewhere else, and what leaves HTTP, takes the network.
 */
@NullMarked
package io.luban.standalone.inprocess;

import org.jspecify.annotations.NullMarked;
