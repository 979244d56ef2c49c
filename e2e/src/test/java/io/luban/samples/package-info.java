/** The files under {@code deploy/samples}, applied to a running platform and tried. */
@NullMarked
package io.luban.samples;

import org.jspecify.annotations.NullMarked;
