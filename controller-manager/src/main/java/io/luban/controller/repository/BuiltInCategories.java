package io.luban.controller.repository;

import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The categories that every catalog begins with; one that somebody changed stays as it is. */
final class BuiltInCategories {
    private static final String RESOURCE = "categories.yaml";

    private BuiltInCategories() {}

    static void ensure(KubeRest kube) {
        for (var entry : Yaml.parse(text()).properties()) {
            if (kube.find(Names.CATEGORIES + "/" + entry.getKey()).isPresent()) {
                continue;
            }
            var category = Json.object().put("apiVersion", Names.API_VERSION).put("kind", "Category");
            category.putObject("metadata").put("name", entry.getKey());
            category.putObject("spec").set("displayName", entry.getValue());
            try {
                kube.create(Names.CATEGORIES, category);
            } catch (ApiException e) {
                if (e.code() != 409) {
                    throw e;
                }
            }
        }
    }

    private static String text() {
        try (var in = Objects.requireNonNull(BuiltInCategories.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
