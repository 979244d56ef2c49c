/**
 * Brings catalogs of extensions into the cluster: a Repository says where a catalog is, and becomes Extensions and
 * ExtensionVersions. The loop decides when, a source reads the catalog (Helm repository, registry, image, folder,
 * ConfigMap), and the writer changes only what differs. What cannot be read leaves alone what is there.
 */
@NullMarked
package io.luban.controller.repository;

import org.jspecify.annotations.NullMarked;
