/** Semantic versions as extensions write them, and the constraint language that kubeVersion and ksVersion use. */
@NullMarked
package io.luban.extensionformat.version;

import org.jspecify.annotations.NullMarked;
