package io.luban.ksbuilder.marketplace;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The calls to the marketplace in the name of one user. Every call blocks and has a deadline. */
public final class Marketplace implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final Duration CALL = Duration.ofMinutes(2);
    private static final String ROOT = "/apis/extension/v1";
    private static final int OK = 200;
    private static final int MAX_QUOTED = 2000;

    private final Account account;
    private final Ids ids;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();

    /** Calls in the name of {@code account}; asks nothing yet. */
    public Marketplace(Account account, Ids ids) {
        this.account = account;
        this.ids = ids;
    }

    /** Id of the user. */
    public String user() throws InterruptedException {
        return text(get("/apis/user/v1/user").path("user_id"), "user_id");
    }

    /** Uploads files of an extension's version; answers the address of each. */
    public Map<String, String> upload(String user, String folder, Map<String, byte[]> files)
            throws InterruptedException {
        var prefix = text(get(ROOT + "/users/" + encoded(user) + "/files/usage").path("dir"), "dir");
        var names = List.copyOf(new TreeSet<>(files.keySet()));
        var body = new Multipart(ids.uuid());
        for (int i = 0; i < names.size(); i++) {
            var content = files.getOrDefault(names.get(i), new byte[0]);
            body.file("file" + i, names.get(i), content)
                    .field("file" + i + "_path", prefix + "/" + folder + "/" + names.get(i));
        }
        var answers = post(ROOT + "/users/" + encoded(user) + "/files", body.contentType(), body.bytes())
                .path("files");
        if (answers.size() != names.size()) {
            throw new MarketplaceException(
                    "the marketplace took %d of %d files".formatted(answers.size(), names.size()));
        }
        var addresses = new LinkedHashMap<String, String>();
        for (int i = 0; i < names.size(); i++) {
            addresses.put(names.get(i), text(answers.path(i).path("url"), "files[].url"));
        }
        return addresses;
    }

    /** Uploads a package; answers the id of the snapshot it becomes. */
    public String uploadPackage(String user, String extension, String fileName, byte[] packed)
            throws InterruptedException {
        var body = new Multipart(ids.uuid()).file("extension_package", fileName, packed);
        var path = "%s/users/%s/extensions/%s/package?force=true&create_extension=true"
                .formatted(ROOT, encoded(user), encoded(extension));
        var answer = post(path, body.contentType(), body.bytes());
        return text(answer.path("snapshot").path("snapshot_id"), "snapshot.snapshot_id");
    }

    /** Hands a snapshot in for review. */
    public void submit(String user, String snapshot, String message) throws InterruptedException {
        act(user, snapshot, "submit", message);
    }

    /** Takes a snapshot back from review. */
    public void cancelSubmit(String user, String snapshot, String message) throws InterruptedException {
        act(user, snapshot, "cancel-submit", message);
    }

    /** All extensions of the user. */
    public List<JsonNode> extensions(String user) throws InterruptedException {
        var query = Json.object();
        query.putArray("developer_ids").add(user);
        query.putArray("statuses").add("*");
        return items(post(ROOT + "/extensions/search", "application/json", Json.bytes(query))
                .path("extensions"));
    }

    /** What is known about one extension. */
    public JsonNode summary(String extension) throws InterruptedException {
        return get(ROOT + "/extensions/" + encoded(extension) + "/summary");
    }

    /** The snapshots of an extension. */
    public List<JsonNode> snapshots(String extension) throws InterruptedException {
        var answer = get(ROOT + "/extensions/" + encoded(extension) + "/snapshots");
        return items(answer.isArray() ? answer : answer.path("snapshots"));
    }

    /** One version of an extension. */
    public JsonNode version(String extension, String version) throws InterruptedException {
        return get(ROOT + "/extensions/" + encoded(extension) + "/versions/" + encoded(version));
    }

    @Override
    public void close() {
        client.close();
    }

    private void act(String user, String snapshot, String action, String message) throws InterruptedException {
        var path = "%s/users/%s/snapshots/%s/action:%s".formatted(ROOT, encoded(user), encoded(snapshot), action);
        post(path, "application/json", Json.bytes(Json.object().put("message", message)));
    }

    private JsonNode get(String path) throws InterruptedException {
        return send(request(path).GET());
    }

    private JsonNode post(String path, String contentType, byte[] body) throws InterruptedException {
        return send(
                request(path).header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private HttpRequest.Builder request(String path) {
        var server = account.server().endsWith("/")
                ? account.server().substring(0, account.server().length() - 1)
                : account.server();
        try {
            return HttpRequest.newBuilder(URI.create(server + path))
                    .timeout(CALL)
                    .header("Accept", "application/json")
                    .header("Authorization", "Bearer " + account.token());
        } catch (IllegalArgumentException e) {
            throw new MarketplaceException("server \"%s\" is no http or https address".formatted(account.server()));
        }
    }

    private JsonNode send(HttpRequest.Builder request) throws InterruptedException {
        HttpResponse<byte[]> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            var reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new MarketplaceException("%s cannot be reached: %s".formatted(account.server(), reason));
        }
        if (response.statusCode() != OK) {
            throw new MarketplaceException("%d, %s".formatted(response.statusCode(), explanation(response.body())));
        }
        try {
            return response.body().length == 0 ? Json.object() : Json.parse(response.body());
        } catch (ParseException e) {
            throw new MarketplaceException("the answer of %s is not JSON".formatted(account.server()));
        }
    }

    /** The {@code message} of the answer, else its text. */
    private static String explanation(byte[] body) {
        try {
            var message = Json.parse(body).path("message").asText("");
            if (!message.isEmpty()) {
                return message;
            }
        } catch (ParseException e) {
            // plain text it is then
        }
        var text = new String(body, StandardCharsets.UTF_8).strip();
        return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
    }

    private static List<JsonNode> items(JsonNode array) {
        var items = new ArrayList<JsonNode>();
        array.forEach(items::add);
        return items;
    }

    private static String text(JsonNode value, String name) {
        if (value.asText("").isEmpty()) {
            throw new MarketplaceException("the answer of the marketplace lacks " + name);
        }
        return value.asText();
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
