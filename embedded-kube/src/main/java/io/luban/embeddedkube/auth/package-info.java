/** Who a caller is: client certificates, service-account tokens, impersonation. */
@NullMarked
package io.luban.embeddedkube.auth;

import org.jspecify.annotations.NullMarked;
