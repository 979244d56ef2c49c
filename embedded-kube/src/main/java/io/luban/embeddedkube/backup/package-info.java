/** Backups of a data folder: made while the server runs or not, checked, and turned into a data folder again. */
@NullMarked
package io.luban.embeddedkube.backup;

import org.jspecify.annotations.NullMarked;
