package io.luban.embeddedkube.schema;

import static io.luban.embeddedkube.schema.Fill.flag;
import static io.luban.embeddedkube.schema.Fill.list;
import static io.luban.embeddedkube.schema.Fill.object;
import static io.luban.embeddedkube.schema.Fill.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults of storage kinds. */
final class StorageDefaults {
    private StorageDefaults() {}

    static void claim(ObjectNode object) {
        text(object(object, "spec"), "volumeMode", "Filesystem");
        text(object(object, "status"), "phase", "Pending");
    }

    static void volume(ObjectNode object) {
        var spec = object(object, "spec");
        text(spec, "persistentVolumeReclaimPolicy", "Retain");
        text(spec, "volumeMode", "Filesystem");
        Fill.present(spec.path("hostPath"), path -> text(path, "type", ""));
        text(object(object, "status"), "phase", "Pending");
    }

    static void storageClass(ObjectNode object) {
        text(object, "reclaimPolicy", "Delete");
        text(object, "volumeBindingMode", "Immediate");
    }

    static void driver(ObjectNode object) {
        var spec = object(object, "spec");
        flag(spec, "attachRequired", true);
        flag(spec, "podInfoOnMount", false);
        flag(spec, "storageCapacity", false);
        text(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
        list(spec, "volumeLifecycleModes", "Persistent");
        flag(spec, "requiresRepublish", false);
        flag(spec, "seLinuxMount", false);
    }
}
