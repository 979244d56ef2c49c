/** Catalogs read from servers of our own over real HTTP. */
@NullMarked
package io.luban.controller.repository;

import org.jspecify.annotations.NullMarked;
