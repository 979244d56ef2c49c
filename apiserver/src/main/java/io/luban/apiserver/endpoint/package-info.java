/** Where requests are forwarded to: endpoints as extensions describe them, cluster services, and the forwarding itself. */
@NullMarked
package io.luban.apiserver.endpoint;

import org.jspecify.annotations.NullMarked;
