/**
 * Admission by expressions: policies with their bindings and parameters ({@code PolicyAdmission}), the conditions under
 * which webhooks are called ({@code MatchConditions}), and the checks of both when they are written ({@code
 * PolicyChecks}). Requests of kinds that no policy mentions only pass a look into an empty list.
 */
@NullMarked
package io.luban.embeddedkube.policy;

import org.jspecify.annotations.NullMarked;
