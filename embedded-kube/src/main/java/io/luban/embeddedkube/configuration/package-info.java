/**
 * Settings of the embedded API server: {@code KubeKeys} declares every key, {@code KubeSettings} answers them section by
 * section.
 */
@NullMarked
package io.luban.embeddedkube.configuration;

import org.jspecify.annotations.NullMarked;
