/** Settings of the gateway: {@code GatewayKeys} declares every key, {@code GatewaySettings} turns them into its parts' own. */
@NullMarked
package io.luban.apiserver.configuration;

import org.jspecify.annotations.NullMarked;
