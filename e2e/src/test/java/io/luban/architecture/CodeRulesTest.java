package io.luban.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What code may not do, and how classes are shaped. */
class CodeRulesTest {
    @Test
    void time_chance_and_waiting_are_injected() {
        noClasses()
                .that()
                .haveNameNotMatching("io\\.luban\\.model\\.(Ids|Sleeper).*")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .orShould()
                .callConstructor(Random.class)
                .check(ProductClasses.all());
    }

    @Test
    void threads_are_made_per_task_not_pooled() {
        noClasses()
                .should()
                .callMethod(Executors.class, "newFixedThreadPool", int.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocal.class)
                .check(ProductClasses.all());
    }

    @Test
    void nothing_writes_to_the_standard_streams_but_the_commands() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(ProductClasses.all()
                .that(not(simpleName("Main")
                        .or(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                                "io.luban.helm.worker..")))));
    }

    @Test
    void methods_are_not_synchronized() {
        methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED).check(ProductClasses.all());
    }

    @Test
    void classes_are_closed_for_inheritance() {
        classes().should(beFinalSealedOrAbstract()).check(ProductClasses.all());
    }

    @Test
    void every_package_is_null_marked() {
        classes().should(resideInANullMarkedPackage()).check(ProductClasses.all());
    }

    private static ArchCondition<JavaClass> beFinalSealedOrAbstract() {
        return new ArchCondition<>("be final, sealed, abstract, a record, an enum or an interface") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean closed = type.isInterface()
                        || type.isEnum()
                        || type.isRecord()
                        || type.isAnonymousClass()
                        || type.getModifiers().contains(JavaModifier.FINAL)
                        || type.getModifiers().contains(JavaModifier.ABSTRACT)
                        || type.getModifiers().contains(JavaModifier.SYNTHETIC)
                        || type.getEnclosingClass().map(JavaClass::isEnum).orElse(false)
                        || type.reflect().isSealed();
                events.add(new SimpleConditionEvent(type, closed, type.getName() + " can be extended"));
            }
        };
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package with @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " lacks @NullMarked"));
            }
        };
    }
}
