package io.luban.apiserver.image;

import java.util.Locale;
import java.util.Optional;

/** The kinds of pictures that may be stored. */
enum ImageType {
    PNG("image/png", ".png", ".png"),
    JPEG("image/jpeg", ".jpg", ".jpeg"),
    SVG("image/svg+xml", ".svg", ".svg"),
    ICON("image/x-icon", ".ico", ".ico");

    private final String mediaType;
    private final String usual;
    private final String other;

    ImageType(String mediaType, String usual, String other) {
        this.mediaType = mediaType;
        this.usual = usual;
        this.other = other;
    }

    /** What it is called in headers. */
    String mediaType() {
        return mediaType;
    }

    /** Ending of files that were sent without one. */
    String usualEnding() {
        return usual;
    }

    /** Whether its content can hold scripts. */
    boolean isActive() {
        return this == SVG;
    }

    /** The type that a file's name tells. */
    static Optional<ImageType> ofFile(String name) {
        var ending = ending(name);
        for (var type : values()) {
            if (ending.equals(type.usual) || ending.equals(type.other)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The type of a header field's value. */
    static Optional<ImageType> ofMediaType(String value) {
        var plain = value.split(";", 2)[0].trim();
        for (var type : values()) {
            if (type.mediaType.equalsIgnoreCase(plain)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The part of a name from its last dot, in lower case; {@code ""} without one. */
    static String ending(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
    }
}
