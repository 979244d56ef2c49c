/** Which resources are served, at which versions, with which names, verbs, subresources and columns. */
@NullMarked
package io.luban.embeddedkube.registry;

import org.jspecify.annotations.NullMarked;
