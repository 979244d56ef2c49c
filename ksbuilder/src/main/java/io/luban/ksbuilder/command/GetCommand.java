package io.luban.ksbuilder.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Ids;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells how far an extension is in the marketplace. */
@Command(name = "get", mixinStandardHelpOptions = true, description = "Show an extension on KubeSphere Cloud.")
public final class GetCommand implements Callable<Integer> {
    private static final String READY = "ready";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss zzz", Locale.ROOT);

    private final Session session;
    private final MarketplaceSession marketplaces;

    @Parameters(paramLabel = "NAME", description = "Name of the extension.")
    private String name = "";

    /** A command over its surroundings. */
    public GetCommand(Session session, Ids ids) {
        this.session = session;
        this.marketplaces = new MarketplaceSession(session, ids);
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var marketplace = marketplaces.open()) {
            marketplace.user();
            var summary = marketplace.summary(name);
            var status = summary.path("status").asText("");
            line("Name:", summary.path("name").asText(name));
            line("ID:", summary.path("extension_id").asText(""));
            line("Status:", status);
            if (READY.equals(status)) {
                line(
                        "Latest version:",
                        summary.path("latest_version").path("version").asText(""));
            }
            session.out().println();
            var table = new Table("SNAPSHOT ID", "VERSION", "STATUS", "UPDATE TIME");
            for (var snapshot : marketplace.snapshots(name)) {
                table.row(
                        snapshot.path("snapshot_id").asText(""),
                        snapshot.path("metadata").path("version").asText(""),
                        snapshot.path("status").asText(""),
                        time(snapshot.path("updated_at")));
            }
            table.lines().forEach(session.out()::println);
        }
        return 0;
    }

    private void line(String label, String value) {
        session.out().println(String.format(Locale.ROOT, "%-15s %s", label, value));
    }

    private String time(JsonNode value) {
        try {
            return OffsetDateTime.parse(value.asText(""))
                    .atZoneSameInstant(session.clock().getZone())
                    .format(TIME);
        } catch (DateTimeException e) {
            return value.asText("");
        }
    }
}
