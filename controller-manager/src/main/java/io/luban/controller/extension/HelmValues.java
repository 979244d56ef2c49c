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
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
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
        var values = tagged(config, dependencies, HOST_TAG, AGENT_TAG);
        values.setText("global.portal.url", settings.portalUrl());
        return values.describing(settings, settings.clusterName(), "host");
    }

    /** The values of the part that runs on one of the clusters which extensions are scheduled to. */
    static String forAgent(String config, List<Dependency> dependencies, ExtensionSettings settings, Site site) {
        return tagged(config, dependencies, AGENT_TAG, HOST_TAG).describing(settings, site.cluster(), site.role());
    }

    /** The configuration of a plan with what one cluster overrides; maps are merged, everything else is replaced. */
    static String merged(String config, String override) {
        if (override.isBlank()) {
            return config;
        }
        if (config.isBlank()) {
            return override;
        }
        var values = parse(config);
        merge(values, parse(override));
        return Yaml.write(values);
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode map && into.path(entry.getKey()) instanceof ObjectNode present) {
                merge(present, map);
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        });
    }

    private static HelmValues tagged(String config, List<Dependency> dependencies, String own, String other) {
        var values = new HelmValues(parse(config));
        values.set("tags." + own, Json.object().booleanNode(true));
        values.set("tags." + other, Json.object().booleanNode(false));
        for (var dependency : dependencies) {
            // A condition outweighs a tag, so what belongs to the other part has to be switched off by both.
            if (dependency.tags().contains(other) && !dependency.tags().contains(own)) {
                dependency
                        .conditions()
                        .forEach(path -> values.set(path, Json.object().booleanNode(false)));
            }
        }
        return values;
    }

    private String describing(ExtensionSettings settings, String cluster, String role) {
        setText("global.clusterInfo.name", cluster);
        setText("global.clusterInfo.role", role);
        setText("global.imageRegistry", settings.imageRegistry());
        addNodeSelector(settings);
        addIngress(settings);
        return Yaml.write(values);
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
            set("global.extension.ingress.httpPort", Json.object().numberNode(port(ingress.httpPort(), HTTP)));
            set("global.extension.ingress.httpsPort", Json.object().numberNode(port(ingress.httpsPort(), HTTPS)));
        });
    }

    private static int port(int set, int usual) {
        return set == 0 ? usual : set;
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
