package io.luban.embeddedkube.apply;

/**
 * Who writes, and through which endpoint.
 *
 * @param name field manager, at most 128 bytes
 * @param apiVersion version the written object is in
 * @param subresource {@code status}, {@code scale} …, empty for the object itself
 */
public record FieldManager(String name, String apiVersion, String subresource) {}
