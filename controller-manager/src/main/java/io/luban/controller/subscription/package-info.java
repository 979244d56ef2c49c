/**
 * Subscriptions, the early 4.0 way to ask for an extension: each is kept equal with an InstallPlan, in both directions,
 * and never undoes what somebody has changed in the plan.
 */
@NullMarked
package io.luban.controller.subscription;

import org.jspecify.annotations.NullMarked;
