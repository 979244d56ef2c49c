/** Front-end bundles and assets of extensions below {@code /dist}. */
@NullMarked
package io.luban.apiserver.jsbundle;

import org.jspecify.annotations.NullMarked;
