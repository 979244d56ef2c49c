/**
 * Settings: every key is declared once with its type, default and meaning; files, the environment and the generated
 * references all follow from that. Problems are collected and reported together.
 */
@NullMarked
package io.luban.model.configuration;

import org.jspecify.annotations.NullMarked;
