/** The packaging command: parses its arguments and hands over to one class per sub-command. */
@NullMarked
package io.luban.ksbuilder;

import org.jspecify.annotations.NullMarked;
