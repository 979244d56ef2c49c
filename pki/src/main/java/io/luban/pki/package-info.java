/** Certificate authorities, the certificates they sign, and keys and certificates as PEM text. Keeps no files. */
@NullMarked
package io.luban.pki;

import org.jspecify.annotations.NullMarked;
