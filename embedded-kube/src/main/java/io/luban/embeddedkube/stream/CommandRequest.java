package io.luban.embeddedkube.stream;

import java.util.List;

/**
 * What runs where.
 *
 * @param container complete name
 * @param command words, empty when the main process is attached to
 * @param stdin whether the client sends input
 * @param stdout whether it wants the output
 * @param stderr whether it wants the error output by itself
 * @param tty whether a terminal stands between; then there is no error output of its own
 */
public record CommandRequest(
        String container, List<String> command, boolean stdin, boolean stdout, boolean stderr, boolean tty) {
    /** Defensive copy. */
    public CommandRequest {
        command = List.copyOf(command);
    }
}
