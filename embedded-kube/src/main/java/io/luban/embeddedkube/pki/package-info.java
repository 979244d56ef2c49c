/**
 * Keys and certificates of the embedded API server: the certificate authority, the serving certificate, the admin's
 * client certificate with its kubeconfig, the signing key of service-account tokens, and signing of requests. Depends on
 * nothing but the configuration.
 */
@NullMarked
package io.luban.embeddedkube.pki;

import org.jspecify.annotations.NullMarked;
