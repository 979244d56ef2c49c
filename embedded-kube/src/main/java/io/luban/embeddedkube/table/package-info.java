/**
 * Tables for people: column definitions and cells of every kind, as {@code kubectl get} prints them. Pure functions of an
 * object and the time.
 */
@NullMarked
package io.luban.embeddedkube.table;

import org.jspecify.annotations.NullMarked;
