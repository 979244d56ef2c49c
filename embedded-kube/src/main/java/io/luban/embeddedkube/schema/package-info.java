/** The structure of kinds: type graph of the built-in kinds, canonical form, defaults, validation rules. */
@NullMarked
package io.luban.embeddedkube.schema;

import org.jspecify.annotations.NullMarked;
