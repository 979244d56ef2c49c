/** The durable, versioned object store: one group-committing writer over SQLite, persistent maps in memory for every read, and the window of recent events that watches resume from. */
@NullMarked
package io.luban.embeddedkube.store;

import org.jspecify.annotations.NullMarked;
