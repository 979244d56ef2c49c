/** Tests of endpoints and of finding their addresses. */
@NullMarked
package io.luban.apiserver.endpoint;

import org.jspecify.annotations.NullMarked;
