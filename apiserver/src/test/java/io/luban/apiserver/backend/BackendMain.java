package io.luban.apiserver.backend;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The backend's program. Every request is answered by the script in its X-Script field (see {@link Script}), byte by byte.
 * Ends with its parent: when standard input does. Arguments: a PKCS 12 key store and its password, for TLS.
 */
public final class BackendMain {
    static final List<String> JOURNAL = new CopyOnWriteArrayList<>();
    private static final Map<String, CountDownLatch> GATES = new ConcurrentHashMap<>();

    private BackendMain() {}

    /** Prints the port and serves. */
    public static void main(String[] args) throws Exception {
        var server = args.length == 0 ? plain() : tls(args[0], args[1]);
        Thread.ofPlatform().daemon().start(() -> accept(server));
        System.out.println("port " + server.getLocalPort());
        while (System.in.read() >= 0) {
            // the parent is still there
        }
        Runtime.getRuntime().halt(0);
    }

    static CountDownLatch gate(String name) {
        return GATES.computeIfAbsent(name, added -> new CountDownLatch(1));
    }

    private static ServerSocket plain() throws IOException {
        return new ServerSocket(0, 2000, InetAddress.getLoopbackAddress());
    }

    private static ServerSocket tls(String file, String password) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(file)) {
            store.load(in, password.toCharArray());
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    private static void accept(ServerSocket server) {
        try {
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(2);
        }
    }

    /** Notes which protocols and which name the client asked for; takes HTTP/2 where that is offered. */
    private static void shake(SSLSocket socket) throws IOException {
        socket.setHandshakeApplicationProtocolSelector((client, offered) -> {
            JOURNAL.add("alpn " + offered);
            return offered.contains("h2") ? "h2" : "http/1.1";
        });
        socket.startHandshake();
        for (var name : ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames()) {
            JOURNAL.add("sni " + (name instanceof SNIHostName host ? host.getAsciiName() : name));
        }
    }

    private static void serve(Socket socket) {
        JOURNAL.add("open");
        try (socket) {
            socket.setTcpNoDelay(true);
            if (socket instanceof SSLSocket secure) {
                shake(secure);
            }
            var script = new Script(socket);
            while (script.next()) {
                // requests of one connection, one after the other
            }
        } catch (IOException | InterruptedException e) {
            JOURNAL.add("broken " + e.getMessage());
        } finally {
            JOURNAL.add("closed");
        }
    }
}
