package io.luban.helm;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The command line that starts a worker: this process's Java with as little on the class path as the worker needs. The
 * places are found through the class files themselves, so it works from class folders, jars and test runners alike.
 *
 * @param java the Java program
 * @param classPath folders and jars
 */
record WorkerCommand(Path java, List<Path> classPath) {
    private static final String ENGINE_MARK = "META-INF/services/com.marcnuri.helm.jni.NativeLibrary";
    private static final List<String> MARKS = List.of(
            "io/luban/helm/worker/Main.class",
            "com/marcnuri/helm/InstallCommand.class",
            "com/marcnuri/helm/jni/HelmLib.class",
            "com/sun/jna/Native.class");
    /** One operation needs about 30 MB of heap; the engine's memory is its own. */
    private static final List<String> OPTIONS = List.of(
            "-Xmx96m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "-Dcom.marcnuri.jkube-helm.skipRemoteJar=true");

    static WorkerCommand ofThisProcess() {
        var program = File.separatorChar == '\\' ? "java.exe" : "java";
        var java = Path.of(System.getProperty("java.home"), "bin", program);
        Set<Path> places = new LinkedHashSet<>();
        MARKS.forEach(mark -> places.add(placeOf(mark)));
        places.add(placeOf(ENGINE_MARK));
        return new WorkerCommand(java, List.copyOf(places));
    }

    /** A name that changes with the version of the engine, for the folder it is unpacked to. */
    String engineVersion() {
        var jar = placeOf(ENGINE_MARK).getFileName();
        return jar == null ? "engine" : jar.toString().replace(".jar", "");
    }

    List<String> arguments(Path privateDirectory) {
        var arguments = new ArrayList<String>();
        arguments.add(java.toString());
        arguments.addAll(OPTIONS);
        arguments.add("-Djava.io.tmpdir=" + privateDirectory);
        arguments.add("-Duser.home=" + privateDirectory);
        arguments.add("-cp");
        arguments.add(String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList()));
        arguments.add("io.luban.helm.worker.Main");
        return arguments;
    }

    private static Path placeOf(String resource) {
        var url = WorkerCommand.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new IllegalStateException(
                    "the Helm worker cannot be started: " + resource + " is missing from the class path");
        }
        var text = url.toString();
        if (text.startsWith("jar:file:")) {
            return Path.of(URI.create(text.substring("jar:".length(), text.indexOf("!/"))));
        }
        var folder = text.substring(0, text.length() - resource.length());
        var path = Path.of(URI.create(folder));
        if (!Files.exists(path)) {
            throw new IllegalStateException("the Helm worker cannot be started: " + folder + " is not a file");
        }
        return path;
    }
}
