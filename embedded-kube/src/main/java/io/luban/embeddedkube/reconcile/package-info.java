/**
 * What the server's own controllers are built from: a {@link io.luban.embeddedkube.reconcile.Controller} looks at one
 * object at a time, {@link io.luban.embeddedkube.reconcile.ControllerRunner} feeds it from the commit stream through a
 * queue with one entry per object, and {@link io.luban.embeddedkube.reconcile.Cluster} reads and writes objects.
 */
@NullMarked
package io.luban.embeddedkube.reconcile;

import org.jspecify.annotations.NullMarked;
