package io.luban.embeddedkube.watch;

/** Finds the end of a value within valid JSON without reading it. */
final class JsonEnd {
    private JsonEnd() {}

    /** Offset behind the object that begins at {@code start}. */
    static int ofObject(byte[] json, int start) {
        int depth = 0;
        boolean text = false;
        for (int i = start; i < json.length; i++) {
            byte b = json[i];
            if (text) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    text = false;
                }
            } else if (b == '"') {
                text = true;
            } else if (b == '{') {
                depth++;
            } else if (b == '}' && --depth == 0) {
                return i + 1;
            }
        }
        throw new IllegalStateException("stored object ends too early");
    }
}
