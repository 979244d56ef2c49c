package io.luban.embeddedkube.pki;

/** A certificate and its private key, both PEM. */
public record Credentials(byte[] certificatePem, byte[] keyPem) {}
