/** Charts as commands need them: values given on the command line, a working copy in a folder, and its objects as the Helm engine makes them. */
@NullMarked
package io.luban.ksbuilder.chart;

import org.jspecify.annotations.NullMarked;
