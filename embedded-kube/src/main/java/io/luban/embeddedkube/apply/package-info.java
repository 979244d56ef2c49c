/**
 * Who owns which field of an object: the {@code metadata.managedFields} ledger that every write keeps, and server-side
 * apply that is decided by it. Sets of fields are never lists of paths but tries in the very form of FieldsV1, so that
 * nothing needs to be encoded or decoded around a write. Pure functions over trees and schemas.
 */
@NullMarked
package io.luban.embeddedkube.apply;

import org.jspecify.annotations.NullMarked;
