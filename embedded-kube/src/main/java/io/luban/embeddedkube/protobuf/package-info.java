/**
 * Reads request bodies in the protobuf encoding of Kubernetes: {@code WireReader} walks the bytes, {@code
 * ProtobufDecoder} opens the envelope and turns the message into the JSON tree that everything else works on. Field
 * numbers come from {@code schema}; there is no generated code and no protobuf library.
 */
@NullMarked
package io.luban.embeddedkube.protobuf;

import org.jspecify.annotations.NullMarked;
