/** What charts of extensions must do beyond Helm's own rules, told from their rendered objects. */
@NullMarked
package io.luban.ksbuilder.lint;

import org.jspecify.annotations.NullMarked;
