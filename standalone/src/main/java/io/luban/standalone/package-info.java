/**
 * Everything in one process: {@link io.luban.standalone.Main} reads the command, {@link io.luban.standalone.Standalone}
 * builds the embedded Kubernetes API, the gateway and the controllers from top to bottom and closes them in reverse.
 */
@NullMarked
package io.luban.standalone;

import org.jspecify.annotations.NullMarked;
