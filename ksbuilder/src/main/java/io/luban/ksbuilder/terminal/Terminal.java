package io.luban.ksbuilder.terminal;

import java.io.Console;
import java.util.Optional;

/** The person at the keyboard, if there is one. */
public interface Terminal {
    /** Asks for a line; empty when the input ended. Throws {@link NoTerminalException} when nobody can be asked. */
    Optional<String> line(String question);

    /** The same without showing what is typed. */
    Optional<String> secret(String question);

    /** The terminal of this process; one that refuses every question when standard input or output is none. */
    static Terminal ofProcess() {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .<Terminal>map(ConsoleTerminal::new)
                .orElseGet(Terminal::absent);
    }

    /** Nobody to ask. */
    static Terminal absent() {
        return new AbsentTerminal();
    }

    /** The console of the process. */
    record ConsoleTerminal(Console console) implements Terminal {
        @Override
        public Optional<String> line(String question) {
            return Optional.ofNullable(console.readLine("%s", question));
        }

        @Override
        public Optional<String> secret(String question) {
            return Optional.ofNullable(console.readPassword("%s", question)).map(String::new);
        }
    }

    /** Nobody. */
    record AbsentTerminal() implements Terminal {
        @Override
        public Optional<String> line(String question) {
            throw new NoTerminalException();
        }

        @Override
        public Optional<String> secret(String question) {
            throw new NoTerminalException();
        }
    }
}
