import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Marks a compiled module descriptor as one of Java 17. Maven may run on that release, and its jar tool refuses newer
 * descriptors although their format has not changed; the classes beside it stay as they are. Run by the build as a
 * single-file program with the path of module-info.class.
 */
final class ModuleDescriptorVersion {
    private static final int MAJOR_VERSION_OFFSET = 6;
    private static final short JAVA_17 = 61;

    public static void main(String[] arguments) throws Exception {
        var descriptor = Path.of(arguments[0]);
        var bytes = Files.readAllBytes(descriptor);
        if (ByteBuffer.wrap(bytes).getShort(MAJOR_VERSION_OFFSET) != JAVA_17) {
            ByteBuffer.wrap(bytes).putShort(MAJOR_VERSION_OFFSET, JAVA_17);
            Files.write(descriptor, bytes);
        }
    }
}
