/**
 * The HTTP face of the API: finds out what a request means (path, verb, options, media types), who sends it and whether
 * that is permitted, calls the reading or writing side, and words every answer. Holds no state of objects.
 */
@NullMarked
package io.luban.embeddedkube.request;

import org.jspecify.annotations.NullMarked;
