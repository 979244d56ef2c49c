/** The embedded Kubernetes API in JUnit tests: an annotation that starts a server and hands out clients for it. */
@NullMarked
package io.luban.embeddedkube.junit;

import org.jspecify.annotations.NullMarked;
