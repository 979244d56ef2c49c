package io.luban.extensionformat.remote;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an image or a chart lies in a registry.
 *
 * @param registry host with its port
 * @param repository path in the registry
 * @param tag empty where a digest or nothing is named
 * @param digest {@code sha256:…}, empty for none
 */
public record ImageReference(String registry, String repository, String tag, String digest) {
    private static final Pattern REPOSITORY = Pattern.compile("[a-z0-9]+(?:[._/-]+[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final String HUB = "registry-1.docker.io";

    /** Reads an image's name; a name without a registry is one of the Docker Hub, a missing tag is {@code latest}. */
    public static ImageReference image(String text) {
        int slash = text.indexOf('/');
        var first = slash < 0 ? "" : text.substring(0, slash);
        boolean namesRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        var registry = namesRegistry ? first : "docker.io";
        var path = namesRegistry ? text.substring(slash + 1) : text;
        boolean hub = registry.equals("docker.io") || registry.equals("index.docker.io");
        var full = hub && !path.contains("/") ? "library/" + path : path;
        var reference = read(hub ? HUB : registry, full, text);
        boolean unnamed = reference.tag().isEmpty() && reference.digest().isEmpty();
        return unnamed ? reference.tagged("latest") : reference;
    }

    /** Reads {@code oci://registry/path[:tag][@digest]}; a missing tag stays missing. */
    public static ImageReference oci(String url) {
        var rest = url.startsWith("oci://") ? url.substring("oci://".length()) : url;
        int slash = rest.indexOf('/');
        if (slash <= 0) {
            throw new RemoteException("\"%s\" must be oci://registry/path".formatted(url));
        }
        var path = rest.substring(slash + 1);
        return read(rest.substring(0, slash), path.endsWith("/") ? path.substring(0, path.length() - 1) : path, url);
    }

    private static ImageReference read(String registry, String rest, String whole) {
        int at = rest.indexOf('@');
        var digest = at < 0 ? "" : rest.substring(at + 1);
        var named = at < 0 ? rest : rest.substring(0, at);
        int colon = named.indexOf(':');
        var tag = colon < 0 ? "" : named.substring(colon + 1);
        var repository = colon < 0 ? named : named.substring(0, colon);
        boolean fits = REPOSITORY.matcher(repository).matches()
                && (colon < 0 || TAG.matcher(tag).matches())
                && (at < 0 || DIGEST.matcher(digest).matches());
        if (!fits) {
            throw new RemoteException("\"%s\" is not a reference such as registry/path:tag".formatted(whole));
        }
        return new ImageReference(registry, repository, tag, digest);
    }

    /** The same place with another tag. */
    public ImageReference tagged(String other) {
        return new ImageReference(registry, repository, other, "");
    }

    /** The same registry with another path, without tag. */
    public ImageReference at(String path) {
        return new ImageReference(registry, path, "", "");
    }

    /** What a manifest is asked for by. */
    String target() {
        return Optional.of(digest).filter(text -> !text.isEmpty()).orElse(tag);
    }

    /** The last part of the path, which is the chart's name. */
    public String lastName() {
        return repository.substring(repository.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return registry + "/" + repository + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }
}
