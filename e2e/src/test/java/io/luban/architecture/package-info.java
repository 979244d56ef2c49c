/** Rules of the code base that a machine checks; each class holds one family of them. */
@NullMarked
package io.luban.architecture;

import org.jspecify.annotations.NullMarked;
