/** The sub-commands of ksbuilder, one class each; what the controllers also need lives in extension-format. */
@NullMarked
package io.luban.ksbuilder.command;

import org.jspecify.annotations.NullMarked;
