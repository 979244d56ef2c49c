package io.luban.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The CustomResourceDefinitions of the platform's own kinds, ready to be applied to a cluster. A new kind is a file in
 * {@code crds/} and its name in {@code crds/index.txt}.
 */
public final class CustomResourceDefinitions {
    private CustomResourceDefinitions() {}

    /** All definitions in the order of the index; every call answers fresh objects that may be changed. */
    public static List<ObjectNode> all() {
        return new String(read("index.txt"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .map(CustomResourceDefinitions::parse)
                .toList();
    }

    private static ObjectNode parse(String file) {
        var load = new Load(LoadSettings.builder()
                .setLabel(file)
                .setAllowDuplicateKeys(false)
                .build());
        var value = load.loadFromString(new String(read(file), StandardCharsets.UTF_8));
        return Json.mapper().valueToTree(value);
    }

    private static byte[] read(String file) {
        try (InputStream in = CustomResourceDefinitions.class.getResourceAsStream("crds/" + file)) {
            if (in == null) {
                throw new IllegalStateException("crds/" + file + " is named by the index but missing from the module");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
