/**
 * Requests that go on to what an object stands for: Services, pods, nodes. {@code ObjectProxies} finds the backend,
 * {@code ProxyRequest} makes the request that goes there, {@code ProxyAnswer} fits its answer to the longer path under
 * which the client knows the backend. Bytes are moved by the {@code http} module.
 */
@NullMarked
package io.luban.embeddedkube.proxy;

import org.jspecify.annotations.NullMarked;
