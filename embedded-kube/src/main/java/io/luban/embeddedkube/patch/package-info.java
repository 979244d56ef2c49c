/**
 * The patch languages that change an object by description: JSON patch (RFC 6902), merge patch (RFC 7386) and the
 * strategic merge patch of Kubernetes. Pure functions over trees; who may patch what, and what becomes of the result, is
 * decided by the callers.
 */
@NullMarked
package io.luban.embeddedkube.patch;

import org.jspecify.annotations.NullMarked;
