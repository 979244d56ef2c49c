/** What new extensions start with: file templates with placeholders of the form {@code [[ .Name ]]}, written to a folder. */
@NullMarked
package io.luban.ksbuilder.scaffold;

import org.jspecify.annotations.NullMarked;
