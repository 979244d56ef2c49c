/** Questions to the person at the keyboard. */
@NullMarked
package io.luban.ksbuilder.terminal;

import org.jspecify.annotations.NullMarked;
