/** Which version of the platform and of Kubernetes answers. */
@NullMarked
package io.luban.apiserver.kapis.version;

import org.jspecify.annotations.NullMarked;
