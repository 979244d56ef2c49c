/** Assembly of the embedded Kubernetes API server: one readable class builds every part top to bottom. */
@NullMarked
package io.luban.embeddedkube;

import org.jspecify.annotations.NullMarked;
