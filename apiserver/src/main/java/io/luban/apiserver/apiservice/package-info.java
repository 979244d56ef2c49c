/** Requests for API groups that extensions serve, {@code /kapis/<group>/<version>/…}, forwarded to their backends. */
@NullMarked
package io.luban.apiserver.apiservice;

import org.jspecify.annotations.NullMarked;
