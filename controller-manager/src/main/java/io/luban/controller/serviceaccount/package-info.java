/**
 * Accounts of the platform for workloads of extensions: each gets a Secret with a token that the gateway accepts, and pods
 * that name an account get its token as a file ({@link io.luban.controller.admission} puts it there).
 */
@NullMarked
package io.luban.controller.serviceaccount;

import org.jspecify.annotations.NullMarked;
