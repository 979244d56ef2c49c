/**
 * Helm releases. {@link io.luban.helm.Releases} runs every operation in a process of its own, because the Helm engine is
 * a native library that takes over signals and standard output and cannot be cancelled; it is never loaded here.
 * {@link io.luban.helm.ReleaseRecord} reads what Helm keeps about a release without the engine.
 */
@NullMarked
package io.luban.helm;

import org.jspecify.annotations.NullMarked;
