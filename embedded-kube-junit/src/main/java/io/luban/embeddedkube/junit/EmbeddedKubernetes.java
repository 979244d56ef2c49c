package io.luban.embeddedkube.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs an embedded Kubernetes API server for a test class, or on a method for that test alone. Fields and parameters of
 * the types {@link RunningKubernetes}, {@code io.luban.embeddedkube.EmbeddedKubernetes} and
 * {@code io.fabric8.kubernetes.client.KubernetesClient} are filled, and those of type {@code Path} that carry
 * {@link Kubeconfig}. Everything is closed after the tests.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EmbeddedKubernetesExtension.class)
public @interface EmbeddedKubernetes {
    /** Whether workloads become ready, Jobs complete and volumes bound although no kubelet runs. */
    boolean simulation() default true;

    /** Milliseconds between the stages of a simulated workload. */
    long simulationDelayMillis() default 50;

    /** Whether each test of the class gets a server of its own, which knows nothing of the others' objects. */
    boolean perMethod() default false;

    /** Folder that is kept from one run to the next; empty for a temporary one that is deleted. */
    String directory() default "";

    /** Files on the class path, in YAML or JSON, whose objects are applied before the tests: CRDs first. */
    String[] manifests() default {};
}
