package io.luban.ksbuilder.command;

import io.luban.extensionformat.ExtensionPackage;
import io.luban.extensionformat.PackageValidation;
import io.luban.ksbuilder.marketplace.Submission;
import io.luban.model.Ids;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Hands an extension in to the marketplace for review. */
@Command(name = "push", mixinStandardHelpOptions = true, description = "Submit an extension to KubeSphere Cloud.")
public final class PushCommand implements Callable<Integer> {
    private final Session session;
    private final MarketplaceSession marketplaces;

    @Parameters(paramLabel = "PATH", description = "Directory or packaged archive.")
    private String path = "";

    /** A command over its surroundings. */
    public PushCommand(Session session, Ids ids) {
        this.session = session;
        this.marketplaces = new MarketplaceSession(session, ids);
    }

    @Override
    public Integer call() throws InterruptedException {
        session.out().println("push extension " + path);
        var source = ExtensionPackage.read(session.resolve(path));
        PackageValidation.requireValid(source);
        var submission = new Submission(source);
        var name = source.metadata().name();
        var version = source.metadata().version();
        try (var marketplace = marketplaces.open()) {
            var user = marketplace.user();
            var pictures = submission.pictures();
            Map<String, String> addresses =
                    pictures.isEmpty() ? Map.of() : marketplace.upload(user, name + "/" + version, pictures);
            var packed = submission.rewritten(addresses).packed();
            if (packed.length > Submission.MAX_BYTES) {
                throw new CommandException("package of %d bytes is larger than the %d bytes that the marketplace takes"
                        .formatted(packed.length, Submission.MAX_BYTES));
            }
            var snapshot = marketplace.uploadPackage(user, name, "%s-%s.tgz".formatted(name, version), packed);
            marketplace.submit(user, snapshot, "");
        }
        session.out().println("Extension pushed and submitted to KubeSphere Cloud, waiting for review");
        return 0;
    }
}
