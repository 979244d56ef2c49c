/** Reading and building object trees in few words: drafts of new objects, members by path, status conditions. */
@NullMarked
package io.luban.embeddedkube.tree;

import org.jspecify.annotations.NullMarked;
