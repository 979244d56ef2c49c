/** The marketplace that extensions are submitted to: who is logged in, and the calls to it. */
@NullMarked
package io.luban.ksbuilder.marketplace;

import org.jspecify.annotations.NullMarked;
