/** The APIs that the gateway serves itself, and the answers for everything that nobody serves. */
@NullMarked
package io.luban.apiserver.router;

import org.jspecify.annotations.NullMarked;
