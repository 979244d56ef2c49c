/**
 * How a request passes through the gateway: the stages' contract, what they learn about a request, and how their answers
 * and failures become replies. Stages live in the packages named after what they do; the list of them is
 * {@link io.luban.apiserver.RequestPipeline}.
 */
@NullMarked
package io.luban.apiserver.pipeline;

import org.jspecify.annotations.NullMarked;
