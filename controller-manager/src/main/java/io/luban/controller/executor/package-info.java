/**
 * Where Helm operations meet the cluster: {@link io.luban.controller.executor.ExecutorEndpoint} stands between a worker
 * and the API server, acts as the extension's ServiceAccount and labels what is written;
 * {@link io.luban.controller.executor.HelmExecutor} runs operations in the background and keeps their logs.
 */
@NullMarked
package io.luban.controller.executor;

import org.jspecify.annotations.NullMarked;
