/** The command {@code luban ks-apiserver}: the gateway alone, in front of a Kubernetes cluster. */
@NullMarked
package io.luban.standalone.apiserver;

import org.jspecify.annotations.NullMarked;
