/** Whole-system tests: the platform as a process of its own, driven from outside by HTTP, kubectl and signals. */
@NullMarked
package io.luban.e2e;

import org.jspecify.annotations.NullMarked;
