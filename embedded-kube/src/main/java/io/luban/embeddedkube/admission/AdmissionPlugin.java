package io.luban.embeddedkube.admission;

/** One link of the admission chain; refuses by throwing an {@link io.luban.model.ApiException}. */
public interface AdmissionPlugin {
    /** May change the object in place; runs before defaults are validated. */
    default void mutate(AdmissionRequest request) {}

    /** Sees the final object and may only refuse. */
    default void validate(AdmissionRequest request) {}
}
