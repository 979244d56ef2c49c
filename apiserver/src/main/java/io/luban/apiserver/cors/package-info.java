/** Leave for scripts of other sites to use the gateway from a browser; off unless origins are configured. */
@NullMarked
package io.luban.apiserver.cors;

import org.jspecify.annotations.NullMarked;
