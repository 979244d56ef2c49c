package io.luban.controller.repository;

import io.luban.extensionformat.remote.Deadline;
import io.luban.extensionformat.remote.RemoteException;
import java.util.Locale;

/** Picks the source by what a Repository says. */
record Sources(HelmSource helm, OciSource oci, FolderSource folder, ConfigMapSource configMap, ImageSource image)
        implements CatalogSource {
    @Override
    public Reading read(RepositorySpec repository, Deadline deadline) {
        if (repository.url().isEmpty()) {
            return image.read(repository, deadline);
        }
        return switch (scheme(repository)) {
            case "http", "https" -> helm.read(repository, deadline);
            case "oci" -> oci.read(repository, deadline);
            case "file" -> folder.read(repository, deadline);
            case "configmap" -> configMap.read(repository, deadline);
            case "s3" ->
                throw new RemoteException("unsupported scheme: s3, a Repository has no credentials for it;"
                        + " serve the bucket by https");
            default -> throw new RemoteException("unsupported scheme: " + scheme(repository));
        };
    }

    /** Hands out again what charts of the Repository are kept on this machine; whether all that have to be are. */
    boolean resume(RepositorySpec repository) {
        if (repository.url().isEmpty()) {
            return image.resume(repository);
        }
        return !scheme(repository).equals("file") || folder.resume(repository);
    }

    /** Drops what is kept for a Repository that is gone. */
    void forget(String name) {
        image.forget(name);
        folder.forget(name);
    }

    private static String scheme(RepositorySpec repository) {
        int colon = repository.url().indexOf(':');
        return colon < 0 ? "" : repository.url().substring(0, colon).toLowerCase(Locale.ROOT);
    }
}
