/**
 * What happens inside of pods: logs, commands, attached terminals, forwarded ports. {@code PodStreams} takes the requests
 * and judges them as Kubernetes does; {@code StreamBackend} is where a container runtime attaches itself, with blocking
 * streams; between them {@code ChannelSocket} speaks the channel protocols over WebSockets, and {@code SpdyTunnel} the
 * older framing that kubectl carries within a WebSocket to forward ports. Where a client sends faster than a container
 * reads, it is made to wait, and the other way round. Without a runtime pods are simulated and say so.
 */
@NullMarked
package io.luban.embeddedkube.stream;

import org.jspecify.annotations.NullMarked;
