/** Helm releases through worker processes, and the records Helm keeps about them. */
module io.luban.helm {
    requires transitive io.luban.model;
    requires org.slf4j;
    requires helm.java;
    requires lib.api;
    requires com.sun.jna;

    exports io.luban.helm;
    exports io.luban.helm.worker;
}
