package io.luban.standalone.controllermanager;

import io.luban.standalone.process.Invocation;
import java.util.List;

/**
 * Where the process listens.
 *
 * @param host address
 */
record Ports(String host, int metrics, int webhook, int operations, int catalog) {
    static Ports of(Invocation invocation, List<String> problems) {
        return new Ports(
                invocation.flags().value("bind-address"),
                invocation.port("metrics-port", problems),
                invocation.port("webhook-port", problems),
                invocation.port("operations-port", problems),
                invocation.port("catalog-port", problems));
    }
}
