/** A Kubernetes-compatible API server with its own persistent store; knows nothing about KubeSphere. */
module io.luban.embeddedkube {
    requires transitive io.luban.http;
    requires transitive io.luban.model;
    requires io.luban.pki;
    requires io.prometheus.metrics.core;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires java.naming;
    requires java.net.http;
    requires java.sql;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;
    requires org.pcollections;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires com.nimbusds.jose.jwt;
    requires re2j;
    requires com.github.benmanes.caffeine;

    exports io.luban.embeddedkube;
    exports io.luban.embeddedkube.auth;
    exports io.luban.embeddedkube.backup;
    exports io.luban.embeddedkube.configuration;
    exports io.luban.embeddedkube.expression;
    exports io.luban.embeddedkube.service;
    exports io.luban.embeddedkube.stream;

    uses io.luban.embeddedkube.expression.ExpressionEngine;
}
