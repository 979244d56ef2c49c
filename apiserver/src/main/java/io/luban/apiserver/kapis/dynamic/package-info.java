/** Serves resources under {@code /kapis} that have no API of their own. */
@NullMarked
package io.luban.apiserver.kapis.dynamic;

import org.jspecify.annotations.NullMarked;
