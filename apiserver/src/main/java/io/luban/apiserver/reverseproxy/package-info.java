/** Arbitrary backends below {@code /proxy} and {@code /res}, with directives that change requests and answers. */
@NullMarked
package io.luban.apiserver.reverseproxy;

import org.jspecify.annotations.NullMarked;
