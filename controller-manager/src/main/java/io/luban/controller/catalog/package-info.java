/**
 * The built-in catalog: a Helm repository over a directory of packages, and the catalogs that were taken out of images
 * and folders, served to whoever fetches charts. Knows nothing of Repositories.
 */
@NullMarked
package io.luban.controller.catalog;

import org.jspecify.annotations.NullMarked;
