package io.luban.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * nginx and Caddy of the distribution as proxies of the same backend that do nothing else: as many workers as cores, no
 * access log, kept-alive connections on both sides, as the gateway has them.
 */
final class BareProxies implements AutoCloseable {
    private static final Path NGINX = Path.of("/usr/sbin/nginx");
    private static final Path CADDY = Path.of("/usr/bin/caddy");
    private static final int KEPT_ALIVE = 128;

    private final Map<String, URI> proxies = new LinkedHashMap<>();
    private final List<ChildProcess> processes = new ArrayList<>();

    /** Starts those that are installed. */
    static BareProxies start(int backend) {
        var proxies = new BareProxies();
        try {
            var folder = Files.createTempDirectory("luban-proxies");
            if (Files.isExecutable(NGINX)) {
                int port = freePort();
                var file = Files.writeString(folder.resolve("nginx.conf"), nginx(folder, port, backend));
                proxies.add("nginx", port, folder, List.of(NGINX.toString(), "-e", "stderr", "-c", file.toString()));
            }
            if (Files.isExecutable(CADDY)) {
                int port = freePort();
                var file = Files.writeString(folder.resolve("Caddyfile"), caddy(port, backend));
                proxies.add(
                        "Caddy",
                        port,
                        folder,
                        List.of(CADDY.toString(), "run", "--adapter", "caddyfile", "--config", file.toString()));
            }
            return proxies;
        } catch (IOException e) {
            proxies.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            proxies.close();
            throw e;
        }
    }

    /** Addresses by the proxies' names. */
    Map<String, URI> running() {
        return proxies;
    }

    private void add(String name, int port, Path folder, List<String> command) {
        var folders = Map.of("XDG_CONFIG_HOME", folder.toString(), "XDG_DATA_HOME", folder.toString());
        processes.add(ChildProcess.start(command, folders));
        awaitPort(name, port);
        proxies.put(name, URI.create("http://127.0.0.1:%d/things".formatted(port)));
    }

    private static String nginx(Path folder, int port, int backend) {
        return """
                daemon off;
                worker_processes %d;
                pid %s/nginx.pid;
                error_log stderr error;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  keepalive_requests 1000000000;
                  client_body_temp_path %s/body;
                  proxy_temp_path %s/proxy;
                  fastcgi_temp_path %s/fastcgi;
                  uwsgi_temp_path %s/uwsgi;
                  scgi_temp_path %s/scgi;
                  upstream backend {
                    server 127.0.0.1:%d;
                    keepalive %d;
                    keepalive_requests 1000000000;
                  }
                  server {
                    listen 127.0.0.1:%d;
                    location / {
                      proxy_pass http://backend;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                    }
                  }
                }
                """.formatted(
                        Runtime.getRuntime().availableProcessors(),
                        folder,
                        folder,
                        folder,
                        folder,
                        folder,
                        folder,
                        backend,
                        KEPT_ALIVE,
                        port);
    }

    private static String caddy(int port, int backend) {
        return """
                {
                  admin off
                  auto_https off
                  log {
                    level ERROR
                  }
                }
                http://127.0.0.1:%d {
                  reverse_proxy 127.0.0.1:%d {
                    transport http {
                      keepalive_idle_conns %d
                      keepalive_idle_conns_per_host %d
                    }
                  }
                }
                """.formatted(port, backend, KEPT_ALIVE, KEPT_ALIVE);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(String name, int port) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        throw new IllegalStateException(name + " does not listen");
    }

    @Override
    public void close() {
        processes.forEach(ChildProcess::close);
    }
}
