/**
 * What the server needs of an expression language: an {@code ExpressionEngine} compiles a text against declared
 * variables, the result is evaluated within a budget. The engine is a module of its own, looked for on first use.
 */
@NullMarked
package io.luban.embeddedkube.expression;

import org.jspecify.annotations.NullMarked;
