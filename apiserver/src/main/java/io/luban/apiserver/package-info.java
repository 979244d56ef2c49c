/**
 * The extensible gateway of the platform. {@link io.luban.apiserver.RequestPipeline} lists what happens to a request,
 * {@link io.luban.apiserver.ApiServer} puts everything together.
 */
@NullMarked
package io.luban.apiserver;

import org.jspecify.annotations.NullMarked;
