/** Charts from OCI registries (OCI Distribution Specification 1.1), read only. */
@NullMarked
package io.luban.ksbuilder.registry;

import org.jspecify.annotations.NullMarked;
