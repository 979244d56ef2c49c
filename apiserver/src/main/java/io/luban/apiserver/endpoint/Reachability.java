package io.luban.apiserver.endpoint;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.apiserver.endpoint.ServiceDirectory.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Knows at which addresses of pods this process can connect; asking costs memory only. An address that was never tried counts
 * as out of reach until a trial in the background has shown otherwise; it is tried again every minute.
 */
final class Reachability {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final int MOST = 10_000;

    private record Trial(boolean succeeded, long nanos) {}

    private final Cache<Address, Trial> trials =
            Caffeine.newBuilder().expireAfterAccess(KEPT).maximumSize(MOST).build();

    /** Whether a connection to the address is worth a try. Never blocks. */
    boolean reaches(Address address) {
        if (!isPodLike(address.host())) {
            return true;
        }
        long now = System.nanoTime();
        var known = trials.getIfPresent(address);
        if (known == null || now - known.nanos > FRESH_NANOS) {
            trials.put(address, new Trial(known != null && known.succeeded, now));
            Thread.ofVirtual()
                    .name("reachability")
                    .start(() -> trials.put(address, new Trial(connects(address), System.nanoTime())));
        }
        return known != null && known.succeeded;
    }

    /** Outside names are looked up by whoever connects, and the own machine is always within reach. */
    private static boolean isPodLike(String host) {
        boolean isAddress = host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        return isAddress && !host.startsWith("127.") && !host.equals("::1");
    }

    private static boolean connects(Address address) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), (int) PATIENCE.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
