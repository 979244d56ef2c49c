/**
 * Admission by expressions: policies with their bindings and parameters ({@code PolicyAdmission}), the conditions under
 * which webhooks are called ({@code MatchConditions}), and the checks of both when they are written ({@code
 * PolicyChecks}). What policies want audited goes into the annotations of the request's audit event; without an audit log
 * nobody hears it. Requests of kinds that no policy mentions only pass a look into an empty list.
 */
@NullMarked
package io.luban.embeddedkube.policy;

import org.jspecify.annotations.NullMarked;
