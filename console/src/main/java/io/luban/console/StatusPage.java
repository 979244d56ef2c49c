package io.luban.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.http.Headers;

/** What runs, in one look: versions, the gateway's health, extensions and their bundles as far as the caller may see them. */
final class StatusPage {
    private static final String EXTENSIONS = "/apis/kubesphere.io/v1alpha1/extensions?limit=500";
    private static final String BUNDLES = "/apis/extensions.kubesphere.io/v1alpha1/jsbundles?limit=500";

    private final Gateway gateway;

    StatusPage(Gateway gateway) {
        this.gateway = gateway;
    }

    /** The page for the caller whom the fields name. */
    String render(Headers headers) {
        return Html.page("Platform status", summary() + extensions(headers) + bundles(headers));
    }

    private String summary() {
        var version = gateway.json("/version", Headers.EMPTY);
        if (version.isEmpty()) {
            return "<p>ks-apiserver does not answer.</p>";
        }
        return "<p>ks-apiserver %s is running, Kubernetes %s.</p>"
                .formatted(
                        Html.text(version.get().path("gitVersion").asText()),
                        Html.text(version.get().at("/kubernetes/gitVersion").asText("unknown")));
    }

    private String extensions(Headers headers) {
        var list = gateway.json(EXTENSIONS, headers);
        if (list.isEmpty()) {
            return "<p>Extensions are shown to users who are logged in and may list them.</p>";
        }
        var rows = new StringBuilder();
        for (var extension : list.get().path("items")) {
            var status = extension.path("status");
            rows.append(row(
                    extension.at("/metadata/name").asText(),
                    status.path("state").asText("not installed"),
                    status.path("installedVersion").asText(""),
                    status.path("enabled").asBoolean() ? "yes" : "no"));
        }
        return table("Extensions", rows, "Name", "State", "Version", "Enabled");
    }

    private String bundles(Headers headers) {
        var list = gateway.json(BUNDLES, headers);
        if (list.isEmpty()) {
            return "";
        }
        var rows = new StringBuilder();
        for (var bundle : list.get().path("items")) {
            rows.append("<tr>")
                    .append(cell(bundle.at("/metadata/name").asText()))
                    .append(cell(bundle.at("/status/state").asText("Available")))
                    .append(link(bundle))
                    .append("</tr>");
        }
        return table("Front ends", rows, "Name", "State", "Script");
    }

    private static String link(JsonNode bundle) {
        var path = bundle.at("/status/link").asText();
        if (!path.startsWith("/dist/")) {
            return cell("");
        }
        var address = "/pstatic" + path;
        return "<td><a href=\"%1$s\">%1$s</a></td>".formatted(Html.text(address));
    }

    private static String table(String title, CharSequence rows, String... columns) {
        var head = new StringBuilder();
        for (var column : columns) {
            head.append("<th>").append(Html.text(column)).append("</th>");
        }
        var body = rows.isEmpty() ? "<tr><td colspan=\"%d\">none</td></tr>".formatted(columns.length) : rows;
        return "<h2>%s</h2><table><tr>%s</tr>%s</table>".formatted(Html.text(title), head, body);
    }

    private static String row(String... cells) {
        var row = new StringBuilder("<tr>");
        for (var cell : cells) {
            row.append(cell(cell));
        }
        return row.append("</tr>").toString();
    }

    private static String cell(String text) {
        return "<td>" + Html.text(text) + "</td>";
    }
}
