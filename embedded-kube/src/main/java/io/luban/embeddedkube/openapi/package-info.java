/**
 * OpenAPI documents of what is served: version 3 per group version behind an index of hashes, and version 2 for older
 * clients. kubectl and Helm take merge keys, patch types and explanations from here.
 */
@NullMarked
package io.luban.embeddedkube.openapi;

import org.jspecify.annotations.NullMarked;
