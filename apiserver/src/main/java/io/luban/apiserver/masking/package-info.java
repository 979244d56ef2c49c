/**
 * What objects hold that the platform itself needs and nobody else may read: hashes of passwords, credentials of clusters.
 * Answers of the Kubernetes API pass through here without it, and what comes back without it keeps the stored value. The
 * controllers speak to the Kubernetes API itself and are not concerned.
 */
@NullMarked
package io.luban.apiserver.masking;

import org.jspecify.annotations.NullMarked;
