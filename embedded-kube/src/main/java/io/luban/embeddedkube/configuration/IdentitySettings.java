package io.luban.embeddedkube.configuration;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Credentials besides certificates of the own authority and ServiceAccount tokens.
 *
 * @param tokenFile lines {@code token,user,uid,"group1,group2"}
 * @param frontProxyCa PEM certificate of the authority whose clients may name a user in {@code X-Remote-User}
 */
public record IdentitySettings(Optional<Path> tokenFile, Optional<Path> frontProxyCa) {}
