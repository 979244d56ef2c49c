/**
 * Fetching charts and images from elsewhere: HTTP with bounds on time, size and redirects, OCI registries, and the files
 * of container images. Blocks; nothing is kept between calls but tokens of registries.
 */
@NullMarked
package io.luban.extensionformat.remote;

import org.jspecify.annotations.NullMarked;
