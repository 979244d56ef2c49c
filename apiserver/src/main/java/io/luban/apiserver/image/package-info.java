/** Pictures that administrators upload for the pages of the platform, kept in Kubernetes objects. */
@NullMarked
package io.luban.apiserver.image;

import org.jspecify.annotations.NullMarked;
