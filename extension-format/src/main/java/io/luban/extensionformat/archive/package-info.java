/**
 * Chart archives as bytes: reading them with every refusal that keeps a hostile or broken upload out, and writing them
 * so that the same files always give the same bytes. Knows nothing of what the files mean.
 */
@NullMarked
package io.luban.extensionformat.archive;

import org.jspecify.annotations.NullMarked;
