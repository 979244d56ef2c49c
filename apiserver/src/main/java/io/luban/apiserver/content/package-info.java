/** Answers that are made once and served from memory to everybody. */
@NullMarked
package io.luban.apiserver.content;

import org.jspecify.annotations.NullMarked;
