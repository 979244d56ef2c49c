/**
 * The child process that loads the Helm engine and carries out one operation. It is started with few classes and a small
 * heap, so it uses nothing but the JDK and the engine: the request comes as properties on standard input, events leave
 * as one JSON object per line on standard output.
 */
@NullMarked
package io.luban.helm.worker;

import org.jspecify.annotations.NullMarked;
