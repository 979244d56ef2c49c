/**
 * Extension packages: {@link io.luban.extensionformat.ExtensionPackage} reads a directory or an archive,
 * {@link io.luban.extensionformat.ExtensionMetadata} holds what {@code extension.yaml} says,
 * {@link io.luban.extensionformat.PackageValidation} checks it, and
 * {@link io.luban.extensionformat.ExtensionObjects} turns it into the objects of a catalog. No network.
 */
@NullMarked
package io.luban.extensionformat;

import org.jspecify.annotations.NullMarked;
