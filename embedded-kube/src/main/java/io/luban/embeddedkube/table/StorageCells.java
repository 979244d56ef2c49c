package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cells of volumes, claims and storage classes. */
final class StorageCells {
    private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
    private static final List<String> MODES =
            List.of("ReadWriteOnce", "RWO", "ReadOnlyMany", "ROX", "ReadWriteMany", "RWX", "ReadWriteOncePod", "RWOP");

    private StorageCells() {}

    static Optional<Object> cell(Row row, String column) {
        return Optional.ofNullable(
                switch (row.kind()) {
                    case "PersistentVolumeClaim" -> claim(row, column);
                    case "PersistentVolume" -> volume(row, column);
                    default -> storageClass(row, column);
                });
    }

    private static @Nullable Object claim(Row row, String column) {
        boolean bound = !row.spec().path("volumeName").asText().isEmpty();
        return switch (column) {
            case "Volume" -> row.spec().path("volumeName").asText();
            case "Capacity" -> bound ? row.at("status.capacity.storage").asText() : "";
            case "Access Modes" -> bound ? modes(row.status().path("accessModes")) : "";
            default -> both(row, column);
        };
    }

    private static @Nullable Object volume(Row row, String column) {
        return switch (column) {
            case "Capacity" -> row.at("spec.capacity.storage").asText();
            case "Access Modes" -> modes(row.spec().path("accessModes"));
            case "Reclaim Policy" ->
                row.spec().path("persistentVolumeReclaimPolicy").asText();
            case "Reason" -> row.status().path("reason").asText();
            case "Claim" -> {
                var claim = row.spec().path("claimRef");
                yield claim.isMissingNode()
                        ? ""
                        : claim.path("namespace").asText() + "/"
                                + claim.path("name").asText();
            }
            default -> both(row, column);
        };
    }

    private static @Nullable Object both(Row row, String column) {
        return switch (column) {
            case "Status" ->
                row.isDeleting() ? "Terminating" : row.status().path("phase").asText();
            case "StorageClass" -> row.spec().path("storageClassName").asText();
            case "VolumeAttributesClass" -> Row.text(row.spec().path("volumeAttributesClassName"), "<unset>");
            case "VolumeMode" -> Row.text(row.spec().path("volumeMode"), "Filesystem");
            default -> null;
        };
    }

    private static String modes(JsonNode modes) {
        return String.join(
                ",",
                Row.texts(modes).stream()
                        .map(mode -> MODES.contains(mode) ? MODES.get(MODES.indexOf(mode) + 1) : mode)
                        .toList());
    }

    private static @Nullable Object storageClass(Row row, String column) {
        boolean isDefault =
                row.metadata().path("annotations").path(DEFAULT_CLASS).asText().equals("true");
        return column.equals("Name") && isDefault ? row.name() + " (default)" : null;
    }
}
