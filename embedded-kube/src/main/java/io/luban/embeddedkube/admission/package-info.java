/** Checks and changes on writes before they are committed. */
@NullMarked
package io.luban.embeddedkube.admission;

import org.jspecify.annotations.NullMarked;
