/**
 * What every part of Luban shares: the {@link io.luban.model.ApiException} family of errors, group-version-kind tables,
 * selectors, quantities and the JSON and YAML codecs. Nothing here does I/O or starts a thread.
 */
@NullMarked
package io.luban.model;

import org.jspecify.annotations.NullMarked;
