package io.luban.embeddedkube.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection to a port of a pod; closing ends both directions. */
public interface PortConnection extends AutoCloseable {
    /** What the port sends. */
    InputStream in();

    /** Goes to the port; closing it tells the port that no more comes. */
    OutputStream out();

    @Override
    void close() throws IOException;
}
