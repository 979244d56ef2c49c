/** Extension packages: reading, writing and checking them, their objects in a catalog, and fetching them from elsewhere. */
module io.luban.extensionformat {
    requires transitive io.luban.model;
    requires java.net.http;
    requires org.apache.commons.compress;

    exports io.luban.extensionformat;
    exports io.luban.extensionformat.archive;
    exports io.luban.extensionformat.catalog;
    exports io.luban.extensionformat.remote;
    exports io.luban.extensionformat.version;
}
