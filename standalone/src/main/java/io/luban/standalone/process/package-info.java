/** What the commands for single parts of the platform share: flags, configuration files, ways to the cluster. */
@NullMarked
package io.luban.standalone.process;

import org.jspecify.annotations.NullMarked;
