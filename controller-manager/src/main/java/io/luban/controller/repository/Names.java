package io.luban.controller.repository;

/** Paths, labels and other fixed words of catalogs. */
final class Names {
    static final String GROUP = "/apis/kubesphere.io/v1alpha1/";
    static final String REPOSITORIES = GROUP + "repositories";
    static final String EXTENSIONS = GROUP + "extensions";
    static final String VERSIONS = GROUP + "extensionversions";
    static final String CATEGORIES = GROUP + "categories";
    static final String API_VERSION = "kubesphere.io/v1alpha1";

    static final String FINALIZER = "kubesphere.io/repository-protection";
    static final String REPOSITORY = "kubesphere.io/repository-ref";
    static final String EXTENSION = "kubesphere.io/extension-ref";
    static final String CATEGORY = "kubesphere.io/category";
    static final String PLAIN_CHARTS = "kubesphere.io/allow-plain-charts";

    /** Labels of the early 4.0 form, written beside their successors. */
    static final String EARLY_REPOSITORY = "kubesphere.io/repo";

    static final String EARLY_EXTENSION = "kubesphere.io/extension";
    static final String EARLY_CATEGORY = "extensions.kubesphere.io/category";

    private Names() {}
}
