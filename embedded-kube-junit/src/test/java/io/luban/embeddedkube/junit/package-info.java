/** Clients of the embedded server, as their users write them. */
package io.luban.embeddedkube.junit;
