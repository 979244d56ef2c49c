package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.kube.KubeRest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the replica on this machine that API servers were told of still answers. The rules of every replica are
 * the same, so another one need not lead to take over: nothing could be written until somebody does.
 */
final class Standby implements Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Standby.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int PATIENCE_MILLIS = 500;

    private final KubeRest kube;
    private final String configuration;
    private final BooleanSupplier leads;
    private final Runnable announce;

    /** Looks at the address in {@code configuration}, the path of one; the leader announces itself. */
    Standby(KubeRest kube, String configuration, BooleanSupplier leads, Runnable announce) {
        this.kube = kube;
        this.configuration = configuration;
        this.leads = leads;
        this.announce = announce;
    }

    @Override
    public Outcome reconcile(String key) {
        if (!leads.getAsBoolean() && announced().filter(Standby::isDead).isPresent()) {
            log.atInfo().log("the admission that was announced is gone, this one takes its place");
            announce.run();
        }
        return Outcome.again(EVERY);
    }

    private Optional<URI> announced() {
        return kube.find(configuration)
                .map(found -> found.at("/webhooks/0/clientConfig/url"))
                .filter(JsonNode::isTextual)
                .map(url -> URI.create(url.asText()));
    }

    /** Only what is certain counts: nobody listens at the port. */
    private static boolean isDead(URI address) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), PATIENCE_MILLIS);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
