/**
 * The catalog server: a Helm repository over a directory of packages that takes new ones, and further folders of charts
 * beside it. Knows nothing of Repositories.
 */
@NullMarked
package io.luban.catalog;

import org.jspecify.annotations.NullMarked;
