package io.luban.ksbuilder.command;

import io.luban.ksbuilder.marketplace.Account;
import io.luban.ksbuilder.marketplace.Marketplace;
import io.luban.model.Ids;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Remembers a token of the marketplace after trying it. */
@Command(name = "login", mixinStandardHelpOptions = true, description = "Log in to KubeSphere Cloud.")
public final class LoginCommand implements Callable<Integer> {
    private final Session session;
    private final Ids ids;

    @Option(
            names = {"-t", "--token"},
            paramLabel = "TOKEN",
            description = "API token; asked for if absent.")
    private String token = "";

    @Option(names = "--server", paramLabel = "URL", description = "Address of the marketplace.")
    private String server = Account.DEFAULT_SERVER;

    /** A command over its surroundings. */
    public LoginCommand(Session session, Ids ids) {
        this.session = session;
        this.ids = ids;
    }

    @Override
    public Integer call() throws InterruptedException {
        var secret =
                token.isBlank() ? session.prompts().secret("Enter API token", "token can't be empty") : token.strip();
        var account = new Account(server, secret);
        try (var marketplace = new Marketplace(account, ids)) {
            marketplace.user();
        }
        account.save(new MarketplaceSession(session, ids).accountFile());
        session.out().println("Login Succeeded");
        return 0;
    }
}
