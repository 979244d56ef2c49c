/** Whether the gateway lives and is ready to serve. */
@NullMarked
package io.luban.apiserver.health;

import org.jspecify.annotations.NullMarked;
