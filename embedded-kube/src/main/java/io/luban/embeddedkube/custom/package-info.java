/**
 * Custom resources: definitions are checked and completed when they are written ({@code DefinitionRules}, {@code
 * DefinitionStatus}), their schemas become structures ({@code Structural}) by which instances are pruned, defaulted and
 * validated ({@code InstanceRules}), and {@code CustomResources} keeps the registry in step with the stored definitions
 * and cleans up after deleted ones.
 */
@NullMarked
package io.luban.embeddedkube.custom;

import org.jspecify.annotations.NullMarked;
