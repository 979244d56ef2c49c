package io.luban.embeddedkube.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bearer tokens from a file with lines {@code token,user,uid,"group1,group2"}, as kube-apiserver's token file has them;
 * the groups may be left out. Tokens are kept as digests.
 */
public final class StaticTokens {
    /** No tokens. */
    public static final StaticTokens NONE = new StaticTokens(Map.of());

    private static final int REQUIRED = 3;

    private final Map<String, User> users;

    private StaticTokens(Map<String, User> users) {
        this.users = Map.copyOf(users);
    }

    /** Reads a file; throws {@link IllegalArgumentException} naming the first bad line, never its content. */
    public static StaticTokens read(Path file) {
        try {
            return of(Files.readAllLines(file), file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("kube.tokenFile: cannot read " + file, e);
        }
    }

    static StaticTokens of(List<String> lines, String source) {
        var users = new HashMap<String, User>();
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var fields = fields(line);
            if (fields.size() < REQUIRED
                    || fields.get(0).isEmpty()
                    || fields.get(1).isEmpty()) {
                throw new IllegalArgumentException(
                        "kube.tokenFile: %s line %d: must be token,user,uid,\"group1,group2\""
                                .formatted(source, i + 1));
            }
            var groups = fields.size() > REQUIRED ? fields.get(REQUIRED) : "";
            var user = new User(fields.get(1), fields.get(2), groups(groups), Map.of());
            if (users.put(digest(fields.get(0)), user) != null) {
                throw new IllegalArgumentException(
                        "kube.tokenFile: %s line %d: the token stands twice in the file".formatted(source, i + 1));
            }
        }
        return new StaticTokens(users);
    }

    /** The user of a token. */
    Optional<User> user(String token) {
        return users.isEmpty() ? Optional.empty() : Optional.ofNullable(users.get(digest(token)));
    }

    private static List<String> groups(String text) {
        return List.of(text.split(",", -1)).stream()
                .map(String::strip)
                .filter(group -> !group.isEmpty())
                .toList();
    }

    private static List<String> fields(String line) {
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        boolean isQuoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == ',' && !isQuoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }

    private static String digest(String token) {
        try {
            var sum = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
