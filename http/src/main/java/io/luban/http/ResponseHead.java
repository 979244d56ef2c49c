package io.luban.http;

/**
 * Head of an upstream's response.
 *
 * @param reason the words behind the status code, {@code ""} for none
 * @param raw its bytes including the empty line when the answer leaves HTTP, none otherwise
 * @param contentLength announced length, -1 when unknown, 0 when there can be no body
 * @param keepAlive whether the connection may serve another request
 */
record ResponseHead(int status, String reason, Headers headers, byte[] raw, long contentLength, boolean keepAlive) {}
