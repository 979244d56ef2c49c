/**
 * Load profiles: start the platform and a backend as processes of their own, put load on them, print a table.
 * {@link io.luban.benchmarks.Main} is the whole story.
 */
@NullMarked
package io.luban.benchmarks;

import org.jspecify.annotations.NullMarked;
