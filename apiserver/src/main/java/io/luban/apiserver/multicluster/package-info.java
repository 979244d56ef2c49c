/** Requests that name a cluster: {@code /clusters/<name>/…}. */
@NullMarked
package io.luban.apiserver.multicluster;

import org.jspecify.annotations.NullMarked;
