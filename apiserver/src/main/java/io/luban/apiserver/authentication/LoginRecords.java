package io.luban.apiserver.authentication;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes LoginRecord objects behind the login's back: a bounded queue and one thread, so that a slow Kubernetes never
 * delays a login. A record that finds no room is dropped.
 */
public final class LoginRecords implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LoginRecords.class);
    private static final String PATH = "/apis/iam.kubesphere.io/v1beta1/loginrecords";
    private static final int WAITING = 10_000;

    private final KubeRest kube;
    private final BlockingQueue<ObjectNode> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Thread writer;

    /** Begins to write. */
    public LoginRecords(KubeRest kube) {
        this.kube = kube;
        writer = Thread.ofVirtual().name("login records").start(this::write);
    }

    void succeeded(String user, PasswordLogin.Attempt attempt) {
        add(user, attempt, true, "authenticated successfully");
    }

    void failed(String user, PasswordLogin.Attempt attempt) {
        add(user, attempt, false, "incorrect password");
    }

    private void add(String user, PasswordLogin.Attempt attempt, boolean success, String reason) {
        var login = Json.object().put("apiVersion", "iam.kubesphere.io/v1beta1").put("kind", "LoginRecord");
        var metadata = login.putObject("metadata").put("generateName", user + "-");
        metadata.putObject("labels").put("iam.kubesphere.io/user-ref", user);
        login.putObject("spec")
                .put("type", attempt.kind())
                .put("provider", "")
                .put("sourceIP", attempt.source())
                .put("userAgent", attempt.userAgent())
                .put("success", success)
                .put("reason", reason);
        if (!waiting.offer(login)) {
            log.atWarn().addKeyValue("user", user).log("login record dropped, too many are waiting");
        }
    }

    private void write() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                write(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(ObjectNode login) {
        try {
            kube.create(PATH, login);
        } catch (ApiException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("login record could not be written");
        }
    }

    @Override
    public void close() {
        writer.interrupt();
    }
}
