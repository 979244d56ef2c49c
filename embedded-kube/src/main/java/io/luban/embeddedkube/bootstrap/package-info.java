/**
 * What a cluster contains before anybody wrote to it: system namespaces with their content, the API server's own Service,
 * roles, priority classes. Written straight to the store, in one transaction, before the server listens.
 */
@NullMarked
package io.luban.embeddedkube.bootstrap;

import org.jspecify.annotations.NullMarked;
