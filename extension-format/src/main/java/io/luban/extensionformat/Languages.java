package io.luban.extensionformat;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The two-letter language codes of ISO 639-1, as the platform knows them. */
final class Languages {
    private static final Set<String> CODES = Set.copyOf(List.of(Locale.getISOLanguages()));

    private Languages() {}

    static boolean isCode(String code) {
        return CODES.contains(code);
    }
}
