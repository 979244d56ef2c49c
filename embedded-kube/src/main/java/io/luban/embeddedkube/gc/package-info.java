/**
 * Deletes what nobody owns any more. Fed by the commit stream, it follows ownerReferences of all kinds by uid and carries
 * out background, foreground and orphaning deletions.
 */
@NullMarked
package io.luban.embeddedkube.gc;

import org.jspecify.annotations.NullMarked;
