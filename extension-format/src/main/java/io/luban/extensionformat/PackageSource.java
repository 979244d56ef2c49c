package io.luban.extensionformat;

/**
 * Where a package came from.
 *
 * @param origin directory or file, for messages
 * @param icon the icon as extension.yaml has it
 */
public record PackageSource(String origin, String icon) {}
