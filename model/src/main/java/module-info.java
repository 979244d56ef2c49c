/** API objects, errors, selectors and codecs that every part of Luban shares. No network, no threads, no business rules. */
module io.luban.model {
    requires transitive com.fasterxml.jackson.databind;
    requires transitive org.jspecify;
    requires org.snakeyaml.engine;
    requires re2j;

    exports io.luban.model;
    exports io.luban.model.configuration;
}
