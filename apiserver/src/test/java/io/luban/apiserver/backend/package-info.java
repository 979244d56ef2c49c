/** A backend that runs in a process of its own and does what each request tells it to. */
@NullMarked
package io.luban.apiserver.backend;

import org.jspecify.annotations.NullMarked;
