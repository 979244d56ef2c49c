package io.luban.kubeschemas;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The messages of all stable API groups, by full protobuf name. */
final class Messages {
    private static final List<String> FILES = List.of(
            "Meta",
            "V1",
            "V1Admissionregistration",
            "V1Apiextensions",
            "V1Apps",
            "V1Authentication",
            "V1Authorization",
            "V1Autoscaling",
            "V2Autoscaling",
            "V1Batch",
            "V1Certificates",
            "V1Coordination",
            "V1Discovery",
            "V1Events",
            "V1Flowcontrol",
            "V1Networking",
            "V1Node",
            "V1Policy",
            "V1Rbac",
            "V1Scheduling",
            "V1Storage");

    private Messages() {}

    static Map<String, Descriptor> load() throws ReflectiveOperationException {
        var messages = new LinkedHashMap<String, Descriptor>();
        for (var file : FILES) {
            var type = Class.forName("io.kubernetes.client.proto." + file);
            var descriptor = (FileDescriptor) type.getMethod("getDescriptor").invoke(null);
            descriptor.getMessageTypes().forEach(message -> messages.put(message.getFullName(), message));
        }
        return messages;
    }
}
