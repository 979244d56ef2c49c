/**
 * The Common Expression Language with the functions, value semantics and cost limits that Kubernetes gives it: {@code
 * CelEngine} compiles, {@code Declarations} turns types of the server into types of the language, {@code TreeValues}
 * shows JSON to expressions without copying it, one {@code …Library} per group of functions.
 */
@NullMarked
package io.luban.kubecel;

import org.jspecify.annotations.NullMarked;
