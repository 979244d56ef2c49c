/**
 * Tells clients what is served: aggregated discovery with entity tags and the older documents per group and version.
 * Everything is derived from the registry and cached under its generation.
 */
@NullMarked
package io.luban.embeddedkube.discovery;

import org.jspecify.annotations.NullMarked;
