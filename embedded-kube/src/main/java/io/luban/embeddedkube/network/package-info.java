/** Addresses that the server hands out: ranges for Services and simulated pods. */
@NullMarked
package io.luban.embeddedkube.network;

import org.jspecify.annotations.NullMarked;
