/** The OAuth 2.0 and OpenID Connect endpoints by which people and programs log in. */
@NullMarked
package io.luban.apiserver.kapis.oauth;

import org.jspecify.annotations.NullMarked;
