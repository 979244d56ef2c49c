package io.luban.ksbuilder.command;

import io.luban.extensionformat.ExtensionPackage;
import io.luban.ksbuilder.marketplace.Marketplace;
import io.luban.model.Ids;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes an extension back from review. */
@Command(
        name = "unpush",
        mixinStandardHelpOptions = true,
        description = "Take an extension back from the review of KubeSphere Cloud.")
public final class UnpushCommand implements Callable<Integer> {
    private final Session session;
    private final MarketplaceSession marketplaces;

    @Parameters(paramLabel = "SNAPSHOT_ID|PATH", description = "Number of the snapshot, or the extension it is of.")
    private String subject = "";

    /** A command over its surroundings. */
    public UnpushCommand(Session session, Ids ids) {
        this.session = session;
        this.marketplaces = new MarketplaceSession(session, ids);
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var marketplace = marketplaces.open()) {
            var user = marketplace.user();
            var snapshot = subject.matches("[0-9]+") ? subject : find(marketplace);
            session.out().println("unpush snapshot " + snapshot);
            marketplace.cancelSubmit(user, snapshot, "");
            session.out().println("Snapshot %s has been unsubmitted and reverted to draft state".formatted(snapshot));
        }
        return 0;
    }

    private String find(Marketplace marketplace) throws InterruptedException {
        var metadata = ExtensionPackage.read(session.resolve(subject)).metadata();
        for (var snapshot : marketplace.snapshots(metadata.name())) {
            if (snapshot.path("metadata").path("version").asText("").equals(metadata.version())) {
                session.out().println("Snapshot found on KubeSphere Cloud");
                return snapshot.path("snapshot_id").asText("");
            }
        }
        throw new CommandException("extension %s: no snapshot of version %s on KubeSphere Cloud"
                .formatted(metadata.name(), metadata.version()));
    }
}
