/** Extension packages: reading, writing and checking them, and their objects in a catalog. No network. */
module io.luban.extensionformat {
    requires transitive io.luban.model;
    requires org.apache.commons.compress;

    exports io.luban.extensionformat;
    exports io.luban.extensionformat.archive;
    exports io.luban.extensionformat.version;
}
