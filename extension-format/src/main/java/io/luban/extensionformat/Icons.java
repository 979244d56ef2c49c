package io.luban.extensionformat;

import io.luban.extensionformat.archive.ChartFile;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns an icon that names a file of the package into a data URI, so that catalogs need no further request. */
public final class Icons {
    /** Larger files are left out of objects, which carry the icon in every list. */
    static final int MAX_BYTES = 512 * 1024;

    private static final int MAX_URI = MAX_BYTES / 3 * 4 + 64;

    private static final Map<String, String> TYPES = Map.of(
            "svg", "image/svg+xml",
            "png", "image/png",
            "jpg", "image/jpeg",
            "jpeg", "image/jpeg",
            "gif", "image/gif",
            "webp", "image/webp",
            "ico", "image/x-icon",
            "bmp", "image/bmp");

    private Icons() {}

    /**
     * An icon as objects carry it.
     *
     * @param icon empty when there is none that can be shown
     * @param problem what is wrong with the one that was given
     */
    public record Resolved(String icon, Optional<String> problem) {
        private static Resolved of(String icon) {
            return new Resolved(icon, Optional.empty());
        }

        private static Resolved none(String problem) {
            return new Resolved("", Optional.of(problem));
        }
    }

    /** Whether the icon is neither a URL nor a data URI, so that it has to be a file of the package. */
    static boolean isPath(String icon) {
        var lower = icon.toLowerCase(Locale.ROOT);
        return !icon.isEmpty()
                && !lower.startsWith("http://")
                && !lower.startsWith("https://")
                && !lower.startsWith("data:");
    }

    /** What is wrong with the icon of a package; empty when nothing is. */
    static Optional<String> problem(String icon, List<ChartFile> files) {
        return resolve(icon, files).problem();
    }

    /** The icon as objects carry it: the data URI of the file it names, or itself. What is no image is left out. */
    public static Resolved resolve(String icon, List<ChartFile> files) {
        var lower = icon.toLowerCase(Locale.ROOT);
        if (lower.startsWith("data:")) {
            return ofData(icon, lower);
        }
        return isPath(icon) ? ofFile(icon, files) : Resolved.of(icon);
    }

    private static Resolved ofData(String icon, String lower) {
        if (TYPES.values().stream().noneMatch(type -> lower.startsWith("data:" + type))) {
            return Resolved.none("icon: data URI must be an image");
        }
        return icon.length() > MAX_URI
                ? Resolved.none("icon: data URI must not be longer than %d characters".formatted(MAX_URI))
                : Resolved.of(icon);
    }

    private static Resolved ofFile(String icon, List<ChartFile> files) {
        var file = find(icon, files);
        if (file.isEmpty()) {
            // Left as it is, unless a browser could take it for more than a name.
            var problem = Optional.of("icon: file %s is not in the package".formatted(icon));
            return new Resolved(icon.contains(":") ? "" : icon, problem);
        }
        if (file.get().data().length > MAX_BYTES) {
            return Resolved.none("icon: file %s must not be larger than %d bytes".formatted(icon, MAX_BYTES));
        }
        return typeOf(file.get())
                .map(type -> Resolved.of("data:" + type + ";base64,"
                        + Base64.getEncoder().encodeToString(file.get().data())))
                .orElseGet(() -> Resolved.none("icon: file %s is not an image".formatted(icon)));
    }

    private static Optional<ChartFile> find(String icon, List<ChartFile> files) {
        var path = icon.startsWith("./") ? icon.substring(2) : icon;
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    private static Optional<String> typeOf(ChartFile file) {
        var name = file.path().substring(file.path().lastIndexOf('/') + 1);
        var extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(TYPES.get(extension)).or(() -> sniff(file.data()));
    }

    private static Optional<String> sniff(byte[] data) {
        var head = new String(data, 0, Math.min(data.length, 256), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG")) {
            return Optional.of("image/png");
        }
        if (head.startsWith("GIF8")) {
            return Optional.of("image/gif");
        }
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of("image/jpeg");
        }
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return Optional.of("image/webp");
        }
        return head.contains("<svg") ? Optional.of("image/svg+xml") : Optional.empty();
    }
}
