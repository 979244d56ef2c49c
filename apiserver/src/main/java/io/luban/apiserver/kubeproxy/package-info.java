/** The Kubernetes API behind the gateway: {@code /api} and {@code /apis}, remote or in the same process. */
@NullMarked
package io.luban.apiserver.kubeproxy;

import org.jspecify.annotations.NullMarked;
