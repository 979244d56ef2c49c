/** ks-console: the server that browsers talk to. It passes calls on to ks-apiserver with the token of the browser's cookie, and serves extensions' bundles. */
@NullMarked
package io.luban.console;

import org.jspecify.annotations.NullMarked;
