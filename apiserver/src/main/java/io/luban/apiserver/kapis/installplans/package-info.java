/** Logs and previews of InstallPlans, which the controllers answer, in this process or in another one. */
@NullMarked
package io.luban.apiserver.kapis.installplans;

import org.jspecify.annotations.NullMarked;
