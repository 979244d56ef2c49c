/** {@code luban ks-controller-manager}: the controllers as a process of their own. */
@NullMarked
package io.luban.standalone.controllermanager;

import org.jspecify.annotations.NullMarked;
