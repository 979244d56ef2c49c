/** Where the log goes and what its lines look like. */
@NullMarked
package io.luban.standalone.logging;

import org.jspecify.annotations.NullMarked;
