/** {@code config.kubesphere.io}: what pages have to know of the platform's settings, mostly before anybody has logged in. */
@NullMarked
package io.luban.apiserver.kapis.config;

import org.jspecify.annotations.NullMarked;
