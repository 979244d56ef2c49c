package io.luban.ksbuilder.command;

import io.luban.model.Ids;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists the user's extensions in the marketplace. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "List your extensions on KubeSphere Cloud.")
public final class ListCommand implements Callable<Integer> {
    private final Session session;
    private final MarketplaceSession marketplaces;

    /** A command over its surroundings. */
    public ListCommand(Session session, Ids ids) {
        this.session = session;
        this.marketplaces = new MarketplaceSession(session, ids);
    }

    @Override
    public Integer call() throws InterruptedException {
        var table = new Table("ID", "NAME", "STATUS", "LATEST VERSION");
        try (var marketplace = marketplaces.open()) {
            for (var extension : marketplace.extensions(marketplace.user())) {
                table.row(
                        extension.path("extension_id").asText(""),
                        extension.path("name").asText(""),
                        extension.path("status").asText(""),
                        extension.path("latest_version").path("version").asText(""));
            }
        }
        table.lines().forEach(session.out()::println);
        return 0;
    }
}
