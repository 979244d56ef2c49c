package io.luban.ksbuilder.command;

import io.luban.ksbuilder.marketplace.Account;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Forgets the token of the marketplace. */
@Command(name = "logout", mixinStandardHelpOptions = true, description = "Log out of KubeSphere Cloud.")
public final class LogoutCommand implements Callable<Integer> {
    private final Session session;

    /** A command over its surroundings. */
    public LogoutCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Account.forget(Account.file(session.home()));
        session.out().println("Logout Succeeded");
        return 0;
    }
}
