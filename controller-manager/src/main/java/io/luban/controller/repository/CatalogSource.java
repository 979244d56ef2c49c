package io.luban.controller.repository;

import io.luban.extensionformat.remote.Deadline;

/** Reads the catalog that a Repository names. */
@FunctionalInterface
interface CatalogSource {
    /**
     * The catalog as it is now; throws {@code RemoteException} or another failure that says why it cannot be had. Charts
     * of the catalog can be read until {@link Reading} is closed.
     */
    Reading read(RepositorySpec repository, Deadline deadline);

    /**
     * A catalog with what has to be closed after it.
     *
     * @param end ends connections
     */
    record Reading(Catalog catalog, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }
}
