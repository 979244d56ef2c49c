/**
 * Finds out who asks: anonymous, HTTP Basic with a platform user's password, or a bearer token. Accounts are read from an
 * index that a watch keeps in step, so that a known token is decided without waiting; only password hashing blocks.
 */
@NullMarked
package io.luban.apiserver.authentication;

import org.jspecify.annotations.NullMarked;
