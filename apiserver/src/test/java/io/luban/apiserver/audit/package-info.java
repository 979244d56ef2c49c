/** Tests of the ways by which audit events are delivered. */
@NullMarked
package io.luban.apiserver.audit;

import org.jspecify.annotations.NullMarked;
