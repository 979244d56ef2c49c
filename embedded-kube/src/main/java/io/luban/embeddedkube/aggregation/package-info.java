/**
 * Groups of the API that other servers serve, behind this one (apiregistration.k8s.io APIService). {@code RemoteApis}
 * knows them all and what each last said of itself, {@code AvailabilityController} asks them and keeps the conditions,
 * {@code RemoteForwarding} passes requests on in the name of their users, {@code LocalApiServices} lists the server's own
 * groups beside them. {@code Aggregation} puts these together. A server that does not answer costs its own group only.
 */
@NullMarked
package io.luban.embeddedkube.aggregation;

import org.jspecify.annotations.NullMarked;
