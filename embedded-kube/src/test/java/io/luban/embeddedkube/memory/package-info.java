/** A store in memory and objects in YAML-like brevity, for tests of the parts that stand on the store. */
@NullMarked
package io.luban.embeddedkube.memory;

import org.jspecify.annotations.NullMarked;
