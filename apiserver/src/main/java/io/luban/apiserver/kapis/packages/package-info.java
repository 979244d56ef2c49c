/** The API group {@code package.kubesphere.io}: what is in the packages of extensions. */
@NullMarked
package io.luban.apiserver.kapis.packages;

import org.jspecify.annotations.NullMarked;
