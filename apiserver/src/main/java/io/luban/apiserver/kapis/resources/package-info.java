/** The generic read API of the platform: lists and objects of every kind by its plural, from views in memory. */
@NullMarked
package io.luban.apiserver.kapis.resources;

import org.jspecify.annotations.NullMarked;
