package io.luban.model;

/**
 * One problem within a Kubernetes Status.
 *
 * @param reason machine-readable word such as {@code FieldValueRequired}
 * @param message what is wrong
 * @param field path of the field, {@code ""} when the problem is not tied to one
 */
public record StatusCause(String reason, String message, String field) {}
