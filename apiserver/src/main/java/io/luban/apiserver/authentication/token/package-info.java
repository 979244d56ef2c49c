/** Tokens of the platform: signing, checking, and the store that says which ones are still good. */
@NullMarked
package io.luban.apiserver.authentication.token;

import org.jspecify.annotations.NullMarked;
