package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.ServiceAccountTokens;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;

/** Fills Secrets of type {@code kubernetes.io/service-account-token} and deletes them with their account. */
public final class TokenSecrets implements Controller {
    private static final GroupResource SECRETS = new GroupResource("", "secrets");
    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
    private static final String TYPE = "kubernetes.io/service-account-token";
    private static final String ACCOUNT_NAME = "kubernetes.io/service-account.name";
    private static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";

    private final Cluster cluster;
    private final ServiceAccountTokens tokens;
    private final String caPem;

    /** Fills Secrets with tokens of that issuer and the authority's certificate. */
    public TokenSecrets(Cluster cluster, ServiceAccountTokens tokens, String caPem) {
        this.cluster = cluster.as("token-controller");
        this.tokens = tokens;
        this.caPem = caPem;
    }

    @Override
    public String name() {
        return "token-secrets";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(SECRETS) || resource.equals(ACCOUNTS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        boolean isOldNews = event.object().key().resource().equals(SECRETS)
                ? event.type() == Event.Type.DELETED
                : event.type() == Event.Type.MODIFIED;
        if (!isOldNews) {
            queue.accept(event.object().key());
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        if (key.resource().equals(SECRETS)) {
            cluster.get(key).ifPresent(this::reconcileSecret);
        } else {
            cluster.list(SECRETS, key.namespace()).stream()
                    .filter(secret -> Trees.annotation(secret, ACCOUNT_NAME).equals(key.name()))
                    .forEach(this::reconcileSecret);
        }
        return Outcome.done();
    }

    private void reconcileSecret(ObjectNode secret) {
        var accountName = Trees.annotation(secret, ACCOUNT_NAME);
        if (!Trees.text(secret, "type").equals(TYPE) || accountName.isEmpty() || Trees.isTerminating(secret)) {
            return;
        }
        var key = Cluster.key(SECRETS, secret);
        var account = cluster.get(ACCOUNTS, key.namespace(), accountName);
        var knownUid = Trees.annotation(secret, ACCOUNT_UID);
        if (account.isEmpty() || (!knownUid.isEmpty() && !knownUid.equals(Trees.uid(account.get())))) {
            cluster.delete(key, Trees.uid(secret));
            return;
        }
        var uid = Trees.uid(account.get());
        if (knownUid.isEmpty()
                || !secret.path("data").hasNonNull("token")
                || !secret.path("data").hasNonNull("ca.crt")
                || !secret.path("data").hasNonNull("namespace")) {
            cluster.modify(key, "", live -> filled(live, key, accountName, uid));
        }
    }

    private ObjectNode filled(ObjectNode secret, ObjectKey key, String account, String accountUid) {
        Trees.ensure(secret, "metadata", "annotations").put(ACCOUNT_UID, accountUid);
        var data = Trees.ensure(secret, "data");
        put(data, "ca.crt", caPem);
        put(data, "namespace", key.namespace());
        if (!data.hasNonNull("token")) {
            put(data, "token", tokens.issueForSecret(key.namespace(), key.name(), account, accountUid));
        }
        return secret;
    }

    private static void put(ObjectNode data, String member, String value) {
        data.put(member, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    }
}
