/**
 * Build step that joins the protobuf descriptors and the model classes of the official Java client with our own tables
 * into the data file that the embedded API server reads. In order of use: {@code Main}, {@code Messages} (type graph and
 * field numbers), {@code Models} (descriptions, required members), {@code Tables} (what neither of them knows), {@code
 * TypeGraph} (the join), {@code DataFile} (the output).
 */
@NullMarked
package io.luban.kubeschemas;

import org.jspecify.annotations.NullMarked;
