package io.luban.standalone;

import java.security.SecureRandom;

/** Makes passwords that the platform's own rules accept: lower case, upper case and digits, 20 characters. */
final class Passwords {
    private static final String[] ALPHABETS = {"abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"};
    private static final int LENGTH = 20;

    private Passwords() {}

    static String generate(SecureRandom random) {
        var password = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            // one of each kind first, so that every password meets the rules
            var alphabet = ALPHABETS[i < ALPHABETS.length ? i : random.nextInt(ALPHABETS.length)];
            password.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return password.toString();
    }
}
