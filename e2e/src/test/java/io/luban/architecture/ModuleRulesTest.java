package io.luban.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which part may see which library and which other part. */
class ModuleRulesTest {
    @Test
    void only_http_knows_the_network_library() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.luban.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..")
                .check(ProductClasses.all());
    }

    @Test
    void only_helm_knows_the_helm_engine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.luban.helm..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.marcnuri..")
                .check(ProductClasses.all());
    }

    @Test
    void only_one_package_talks_to_redis() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.luban.apiserver.authentication.redis..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("redis.clients..")
                .check(ProductClasses.all());
    }

    @Test
    void only_the_store_of_the_embedded_server_touches_the_database() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.luban.embeddedkube.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.sqlite..")
                .check(ProductClasses.all());
    }

    @Test
    void the_embedded_server_knows_nothing_of_the_platform() {
        noClasses()
                .that()
                .resideInAPackage("io.luban.embeddedkube..")
                .and()
                .resideOutsideOfPackage("io.luban.embeddedkube.junit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.luban.kube..",
                        "io.luban.apiserver..",
                        "io.luban.controller..",
                        "io.luban.standalone..",
                        "io.fabric8..")
                .check(ProductClasses.all());
    }

    @Test
    void deciding_who_may_do_what_does_not_depend_on_single_apis() {
        noClasses()
                .that()
                .resideInAnyPackage("io.luban.apiserver.authorization..", "io.luban.apiserver.authentication..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.luban.apiserver.kapis..")
                .allowEmptyShould(true)
                .check(ProductClasses.all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"embeddedkube", "apiserver", "controller", "http", "helm", "ksbuilder", "kube"})
    void packages_of_a_module_do_not_depend_on_each_other_in_circles(String module) {
        slices().matching("io.luban." + module + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(ProductClasses.all());
    }
}
