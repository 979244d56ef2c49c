package io.luban.embeddedkube.junit;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Starts servers where {@link EmbeddedKubernetes} asks for them; JUnit's stores close them in the opposite order. */
final class EmbeddedKubernetesExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(EmbeddedKubernetesExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        if (scope(context).isPresent()) {
            inject(context.getRequiredTestClass(), Optional.empty(), context, Modifier::isStatic);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        // started even when nothing is injected: the annotation promises a running server
        running(context);
        context.getRequiredTestInstances()
                .getAllInstances()
                .forEach(instance -> inject(
                        instance.getClass(),
                        Optional.of(instance),
                        context,
                        modifiers -> !Modifier.isStatic(modifiers)));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return isOurs(parameter.getParameter().getType(), parameter.getParameter());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return value(parameter.getParameter().getType(), running(context));
    }

    private static void inject(
            Class<?> type, Optional<Object> instance, ExtensionContext context, Predicate<Integer> wanted) {
        var fields = ReflectionSupport.findFields(
                type,
                field -> wanted.test(field.getModifiers()) && isOurs(field.getType(), field),
                HierarchyTraversalMode.TOP_DOWN);
        for (var field : fields) {
            set(field, instance, value(field.getType(), running(context)));
        }
    }

    private static void set(Field field, Optional<Object> instance, Object value) {
        if (Modifier.isFinal(field.getModifiers())) {
            throw new ExtensionConfigurationException(
                    "field %s is final, so the embedded Kubernetes cannot be put there".formatted(field));
        }
        try {
            field.setAccessible(true);
            field.set(instance.orElse(null), value);
        } catch (IllegalAccessException e) {
            throw new ExtensionConfigurationException("field %s cannot be set".formatted(field), e);
        }
    }

    private static boolean isOurs(Class<?> type, AnnotatedElement element) {
        return type == RunningKubernetes.class
                || type == io.luban.embeddedkube.EmbeddedKubernetes.class
                || type == KubernetesClient.class
                || (type == Path.class && element.isAnnotationPresent(Kubeconfig.class));
    }

    private static Object value(Class<?> type, RunningKubernetes running) {
        if (type == RunningKubernetes.class) {
            return running;
        }
        if (type == KubernetesClient.class) {
            return running.client();
        }
        return type == Path.class ? running.kubeconfig() : running.server();
    }

    private static RunningKubernetes running(ExtensionContext context) {
        var scope = scope(context)
                .orElseThrow(() -> new ExtensionConfigurationException(
                        "%s: with a server per test, static fields, constructors and @BeforeAll have none"
                                .formatted(context.getDisplayName())));
        return scope.owner()
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        // a store also answers with what its parents hold, so the key tells whose server it is
                        scope.owner().getUniqueId(),
                        key -> StartedServer.start(scope.wanted(), scope.owner().getRequiredTestClass()),
                        StartedServer.class)
                .running();
    }

    private record Scope(ExtensionContext owner, EmbeddedKubernetes wanted) {}

    /** Whose server it is: the annotated method's, else the nearest annotated class's. */
    private static Scope annotated(ExtensionContext context) {
        for (var current = Optional.of(context);
                current.isPresent();
                current = current.get().getParent()) {
            var found = current.get()
                    .getElement()
                    .flatMap(element -> AnnotationSupport.findAnnotation(element, EmbeddedKubernetes.class));
            if (found.isPresent()) {
                return new Scope(current.get(), found.get());
            }
        }
        throw new ExtensionConfigurationException("no @EmbeddedKubernetes around " + context.getDisplayName());
    }

    private static Optional<Scope> scope(ExtensionContext context) {
        var found = annotated(context);
        if (!found.wanted().perMethod() || found.owner().getTestMethod().isPresent()) {
            return Optional.of(found);
        }
        return context.getTestMethod().map(method -> new Scope(context, found.wanted()));
    }
}
