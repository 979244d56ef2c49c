/** Catalogs of charts: the index of a Helm repository, read and written, and the one of a directory of charts. */
@NullMarked
package io.luban.extensionformat.catalog;

import org.jspecify.annotations.NullMarked;
