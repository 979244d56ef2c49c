/** The verbs: create, get, list, update, patch, delete, watch on any served resource. */
@NullMarked
package io.luban.embeddedkube.operation;

import org.jspecify.annotations.NullMarked;
