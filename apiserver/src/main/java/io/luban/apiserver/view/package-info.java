/** Collections of Kubernetes objects kept sorted in memory by a watch, from which pages are read without listing again. */
@NullMarked
package io.luban.apiserver.view;

import org.jspecify.annotations.NullMarked;
