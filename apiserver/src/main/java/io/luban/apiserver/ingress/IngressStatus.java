package io.luban.apiserver.ingress;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.LinkedHashSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells in the Ingresses where they are served, and keeps the IngressClass. All state is guarded by {@code lock}. */
final class IngressStatus implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(IngressStatus.class);
    private static final String CLASSES = "/apis/networking.k8s.io/v1/ingressclasses";

    private final KubeRest kube;
    private final String className;
    private final String host;
    private final int port;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LinkedHashSet<ObjectName> waiting = new LinkedHashSet<>();
    private final Thread writer;

    IngressStatus(KubeRest kube, String className, String host, int port) {
        this.kube = kube;
        this.className = className;
        this.host = host;
        this.port = port;
        this.writer = Thread.ofVirtual().name("ingress status").start(this::write);
    }

    /** Has the address written unless it is there already. Never blocks. */
    void note(ObjectName ingress, String present) {
        if (present.equals(host + ":" + port)) {
            return;
        }
        lock.lock();
        try {
            waiting.add(ingress);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        try {
            attempt("class " + className, this::ensureClass);
            while (true) {
                var next = take();
                attempt("ingress " + next, () -> kube.patch(path(next) + "/status", address()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ObjectName take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty()) {
                changed.await();
            }
            return waiting.removeFirst();
        } finally {
            lock.unlock();
        }
    }

    private void ensureClass() {
        if (kube.find(CLASSES + "/" + className).isPresent()) {
            return;
        }
        var object = Json.object().put("apiVersion", "networking.k8s.io/v1").put("kind", "IngressClass");
        var metadata = object.putObject("metadata").put("name", className);
        metadata.putObject("annotations").put("ingressclass.kubernetes.io/is-default-class", "true");
        object.putObject("spec").put("controller", "kubesphere.io/ingress-listener");
        kube.create(CLASSES, object);
    }

    private static void attempt(String what, Runnable work) {
        try {
            work.run();
        } catch (ApiException e) {
            // The next change of the object brings it here again; nothing depends on it.
            log.atDebug()
                    .addKeyValue("object", what)
                    .addKeyValue("cause", e.getMessage())
                    .log("address cannot be written");
        }
    }

    private ObjectNode address() {
        var patch = Json.object();
        var entry = patch.withObject("/status/loadBalancer").putArray("ingress").addObject();
        entry.put("ip", host);
        entry.putArray("ports").addObject().put("port", port).put("protocol", "TCP");
        return patch;
    }

    private static String path(ObjectName ingress) {
        return "/apis/networking.k8s.io/v1/namespaces/" + ingress.namespace() + "/ingresses/" + ingress.name();
    }

    @Override
    public void close() {
        writer.interrupt();
    }
}
