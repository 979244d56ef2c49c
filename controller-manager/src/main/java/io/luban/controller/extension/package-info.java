/**
 * The life of an extension. {@link io.luban.controller.extension.InstallPlanReconciler} tells the story of one plan:
 * preparation (chart, dependencies, {@link io.luban.controller.extension.ExecutorAccount}), the Helm operation, what it
 * left behind, removal. The other reconcilers keep the catalog's objects in step. Nothing here depends on how Helm runs.
 */
@NullMarked
package io.luban.controller.extension;

import org.jspecify.annotations.NullMarked;
