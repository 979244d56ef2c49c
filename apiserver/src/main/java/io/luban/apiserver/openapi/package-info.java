/**
 * The published description of all APIs behind the gateway: its own routes and what the backends of APIServices publish,
 * merged once per change.
 */
@NullMarked
package io.luban.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
