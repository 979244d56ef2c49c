/**
 * Settings of the embedded API server: every key is declared once, in {@code KubeKeys}, with its type, default and
 * meaning; files, the environment and the generated reference all follow from that. Problems are collected and reported
 * together. Depends on nothing but the model.
 */
@NullMarked
package io.luban.embeddedkube.configuration;

import org.jspecify.annotations.NullMarked;
