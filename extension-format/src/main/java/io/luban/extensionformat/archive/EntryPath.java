package io.luban.extensionformat.archive;

import java.util.ArrayDeque;
import java.util.List;

/**
 * Name of an archive entry taken apart.
 *
 * @param top the directory every entry must share
 * @param rest the clean path below it
 */
record EntryPath(String top, String rest) {
    static EntryPath parse(String name) {
        var unified = name.replace('\\', '/');
        if (unified.startsWith("/")) {
            throw new ArchiveException("entry " + name + ": chart illegally contains an absolute path");
        }
        if (unified.indexOf('\0') >= 0) {
            throw new ArchiveException("entry " + name.replace('\0', '?') + ": name contains a NUL character");
        }
        int slash = unified.indexOf('/');
        if (slash < 0) {
            throw new ArchiveException(
                    "Chart.yaml".equals(unified)
                            ? "chart yaml not in base directory"
                            : "entry " + name + ": chart illegally contains content outside the base directory");
        }
        return new EntryPath(unified.substring(0, slash), clean(name, unified.substring(slash + 1)));
    }

    private static String clean(String name, String rest) {
        if (rest.startsWith("/")) {
            throw new ArchiveException("entry " + name + ": chart illegally contains an absolute path");
        }
        var parts = new ArrayDeque<String>();
        for (var part : List.of(rest.split("/", -1))) {
            if ("..".equals(part) && parts.pollLast() == null) {
                throw new ArchiveException("entry " + name + ": chart illegally references a parent directory");
            }
            if (!part.isEmpty() && !".".equals(part) && !"..".equals(part)) {
                parts.addLast(part);
            }
        }
        var clean = String.join("/", parts);
        if (clean.isEmpty()) {
            throw new ArchiveException(
                    "entry " + name + ": chart illegally contains content outside the base directory");
        }
        if (clean.length() > 1 && clean.charAt(1) == ':' && Character.isLetter(clean.charAt(0))) {
            throw new ArchiveException("entry " + name + ": chart contains an illegally named file");
        }
        return clean;
    }
}
