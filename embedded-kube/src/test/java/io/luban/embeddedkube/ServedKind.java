package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One row of {@code served-kinds.txt}. */
record ServedKind(
        String groupVersion,
        String resource,
        String kind,
        boolean namespaced,
        List<String> verbs,
        List<String> shortNames,
        List<String> categories,
        Map<String, List<String>> subresources,
        List<String> flags,
        String columns) {
    private static final String ALL = "create,delete,deletecollection,get,list,patch,update,watch";
    private static final Pattern PART = Pattern.compile("([a-z]+)\\(([^)]*)\\)");

    static List<ServedKind> all() {
        return text("served-kinds.txt")
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(ServedKind::parse)
                .toList();
    }

    /** Objects to try the rows with, by {@code group-version/resource}. */
    static JsonNode samples() {
        return Json.parse(text("served-kinds-samples.json").getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String file) {
        try (var stream = ServedKind.class.getResourceAsStream(file)) {
            assertThat(stream).as(file).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServedKind parse(String line) {
        var cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
        var parts = new LinkedHashMap<String, List<String>>();
        var part = PART.matcher(cells.get(7));
        while (part.find()) {
            parts.put(part.group(1), words(part.group(2).replace("GPU", "get,patch,update"), ","));
        }
        return new ServedKind(
                cells.get(0),
                cells.get(1),
                cells.get(2),
                cells.get(3).equals("N"),
                words(cells.get(4).replace("ALL", ALL), ","),
                words(cells.get(5), ","),
                words(cells.get(6), ","),
                parts,
                words(cells.get(8), " "),
                cells.get(9));
    }

    private static List<String> words(String text, String separator) {
        return text.equals("-") ? List.of() : new ArrayList<>(List.of(text.split(separator, -1)));
    }

    String key() {
        return groupVersion + "/" + resource;
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    /** Path of the group-version. */
    String root() {
        return groupVersion.equals("v1") ? "/api/v1" : "/apis/" + groupVersion;
    }

    /** Path of the collection, in the namespace {@code default} where there are namespaces. */
    String path() {
        return root() + (namespaced ? "/namespaces/default/" : "/") + resource;
    }

    @Override
    public String toString() {
        return key();
    }
}
