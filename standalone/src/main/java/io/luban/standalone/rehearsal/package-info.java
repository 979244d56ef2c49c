/** What a rehearsed platform is asked while the build records its start-up archive. Never part of a running platform. */
@NullMarked
package io.luban.standalone.rehearsal;

import org.jspecify.annotations.NullMarked;
