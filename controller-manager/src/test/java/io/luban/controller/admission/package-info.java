@NullMarked
package io.luban.controller.admission;

import org.jspecify.annotations.NullMarked;
