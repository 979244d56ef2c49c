/**
 * Where Services really are. {@code ServiceResolver} is the one place that decides it, for webhooks, conversions, proxies
 * and APIServices alike: first what this process itself serves ({@code LocalServices}), then the configured addresses,
 * then ready EndpointSlice addresses of pods that really run, then external names. {@code ReviewClient} calls webhooks.
 */
@NullMarked
package io.luban.embeddedkube.service;

import org.jspecify.annotations.NullMarked;
