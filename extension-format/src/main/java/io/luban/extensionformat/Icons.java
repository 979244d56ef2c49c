package io.luban.extensionformat;

import io.luban.extensionformat.archive.ChartFile;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns an icon that names a file of the package into a data URI, so that catalogs need no further request. */
final class Icons {
    /** Larger files are left out of objects, which carry the icon in every list. */
    static final int MAX_BYTES = 512 * 1024;

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
        if (!isPath(icon)) {
            boolean isImage = !icon.toLowerCase(Locale.ROOT).startsWith("data:")
                    || icon.toLowerCase(Locale.ROOT).startsWith("data:image");
            return isImage ? Optional.empty() : Optional.of("icon: data URI must be an image");
        }
        var file = find(icon, files);
        if (file.isEmpty()) {
            return Optional.of("icon: file %s is not in the package".formatted(icon));
        }
        if (file.get().data().length > MAX_BYTES) {
            return Optional.of("icon: file %s must not be larger than %d bytes".formatted(icon, MAX_BYTES));
        }
        return typeOf(file.get()).isEmpty()
                ? Optional.of("icon: file %s is not an image".formatted(icon))
                : Optional.empty();
    }

    /** The data URI of the file, the icon itself when it names none, or nothing when the file is too large. */
    static String resolve(String icon, List<ChartFile> files) {
        if (!isPath(icon)) {
            return icon;
        }
        var file = find(icon, files);
        if (file.isPresent() && file.get().data().length > MAX_BYTES) {
            return "";
        }
        return file.flatMap(found -> typeOf(found)
                        .map(type -> "data:" + type + ";base64,"
                                + Base64.getEncoder().encodeToString(found.data())))
                .orElse(icon);
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
