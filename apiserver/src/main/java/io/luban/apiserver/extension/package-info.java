/** Objects by which extensions plug into the gateway, read from both API groups into one model. */
@NullMarked
package io.luban.apiserver.extension;

import org.jspecify.annotations.NullMarked;
