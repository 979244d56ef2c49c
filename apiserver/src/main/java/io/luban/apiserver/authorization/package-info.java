/**
 * Decides whether a user may do what a request asks: paths open to everybody, then the roles bound to the user and the
 * user's groups. Decisions read an index kept by watches; their cost depends on the roles of one user only.
 */
@NullMarked
package io.luban.apiserver.authorization;

import org.jspecify.annotations.NullMarked;
