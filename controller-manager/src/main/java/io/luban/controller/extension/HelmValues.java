package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.Dependency;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.List;

/** The values an extension's chart is installed with: the plan's configuration, and above it what the platform knows. */
final class HelmValues {
    private static final String HOST_TAG = "extension";
    private static final String AGENT_TAG = "agent";

    private final ObjectNode values;

    private HelmValues(ObjectNode values) {
        this.values = values;
    }

    /**
     * The values of the part of an extension that runs on the host cluster, as YAML. Throws {@link PreparationException}
     * when the configuration is not a YAML map.
     */
    static String forHost(String config, List<Dependency> dependencies, ExtensionSettings settings) {
        var values = new HelmValues(parse(config));
        values.set("tags." + HOST_TAG, Json.object().booleanNode(true));
        values.set("tags." + AGENT_TAG, Json.object().booleanNode(false));
        for (var dependency : dependencies) {
            // A condition outweighs a tag, so what belongs to the agent has to be switched off by both.
            if (dependency.tags().contains(AGENT_TAG) && !dependency.tags().contains(HOST_TAG)) {
                dependency
                        .conditions()
                        .forEach(path -> values.set(path, Json.object().booleanNode(false)));
            }
        }
        values.setText("global.clusterInfo.name", settings.clusterName());
        values.setText("global.clusterInfo.role", "host");
        values.setText("global.portal.url", settings.portalUrl());
        values.setText("global.imageRegistry", settings.imageRegistry());
        values.addNodeSelector(settings);
        values.addIngress(settings);
        return Yaml.write(values.values);
    }

    private static ObjectNode parse(String config) {
        try {
            var parsed = Yaml.parse(config);
            if (parsed instanceof ObjectNode map) {
                return map.deepCopy();
            }
            if (parsed.isNull()) {
                return Json.object();
            }
            throw new PreparationException("InvalidConfig", "spec.config must be a YAML map");
        } catch (ParseException e) {
            throw new PreparationException("InvalidConfig", "spec.config: " + e.getMessage());
        }
    }

    private void addNodeSelector(ExtensionSettings settings) {
        settings.nodeSelector()
                .forEach((key, value) ->
                        map(map(values, "global"), "nodeSelector").put(key, value));
    }

    private void addIngress(ExtensionSettings settings) {
        settings.ingress().ifPresent(ingress -> {
            setText("global.extension.ingress.ingressClassName", ingress.className());
            setText("global.extension.ingress.domainSuffix", ingress.domainSuffix());
            set("global.extension.ingress.httpPort", Json.object().numberNode(ingress.httpPort()));
            set("global.extension.ingress.httpsPort", Json.object().numberNode(ingress.httpsPort()));
        });
    }

    private void setText(String path, String value) {
        if (!value.isEmpty()) {
            set(path, Json.object().textNode(value));
        }
    }

    private void set(String path, JsonNode value) {
        var parts = List.of(path.split("\\.", -1));
        var parent = values;
        for (var part : parts.subList(0, parts.size() - 1)) {
            parent = map(parent, part);
        }
        parent.set(parts.getLast(), value);
    }

    /** The map under a key, put there in place of anything else. */
    private static ObjectNode map(ObjectNode parent, String key) {
        return parent.path(key) instanceof ObjectNode present ? present : parent.putObject(key);
    }
}
