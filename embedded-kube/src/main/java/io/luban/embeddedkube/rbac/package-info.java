/**
 * Role-based access control: {@link io.luban.embeddedkube.rbac.RbacIndex} keeps the rules of every subject as the
 * commit stream changes roles and bindings, {@link io.luban.embeddedkube.rbac.RbacAuthorizer} decides from it, the
 * escalation guard protects roles and bindings themselves, reviews answer what somebody may do, and the bootstrap roles
 * are kept complete.
 */
@NullMarked
package io.luban.embeddedkube.rbac;

import org.jspecify.annotations.NullMarked;
