package io.luban.embeddedkube.stream;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/** The client's end of a running command. Writing blocks while the client takes nothing. */
public interface ContainerStreams {
    /** Size of a terminal in characters. */
    record TerminalSize(int columns, int rows) {}

    /** What the client sends; ended when it sends no more. */
    InputStream stdin();

    /** Goes to the client as output; swallowed when that is not wanted. */
    OutputStream stdout();

    /** Goes to the client as error output; swallowed when that is not wanted. */
    OutputStream stderr();

    /** Calls back with the size of the client's terminal, at once when it is known, and whenever it changes. */
    void onResize(Consumer<TerminalSize> callback);
}
