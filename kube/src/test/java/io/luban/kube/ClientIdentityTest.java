package io.luban.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ParseException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPrivateKey;
import org.junit.jupiter.api.Test;

/** The keys belong to nobody; they were made for this test. */
class ClientIdentityTest {
    private static final String EC_OLD = """
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIO4A6xN0r0eLQ+d3AvBcGkbOtkDqp2b0geAAFh9DvzD4oAoGCCqGSM49
            AwEHoUQDQgAEwTSo/jU9Vm7rXxlEJnDXE+dynm0RmvoRGmaHnVpXh7Zv7F46cizh
            4jg7+vU/ss0aUhfK+K0K+iFnWG9LYt9McA==
            -----END EC PRIVATE KEY-----
            """;
    private static final String EC_PKCS8 = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7gDrE3SvR4tD53cC
            8FwaRs62QOqnZvSB4AAWH0O/MPihRANCAATBNKj+NT1WbutfGUQmcNcT53KebRGa
            +hEaZoedWleHtm/sXjpyLOHiODv69T+yzRpSF8r4rQr6IWdYb0ti30xw
            -----END PRIVATE KEY-----
            """;
    private static final String RSA_OLD = """
            -----BEGIN RSA PRIVATE KEY-----
            MIICXwIBAAKBgQDMnnINvBKHV26WfiAIV4kchj6ua7SNRSv6HyUL34d9AAiLbbdW
            2d5mqGTCwjm/Z0d7pDonOX/URLMFYRu+4j4imO7EAuvMhuyAnxjgB2D8+NpaRSAo
            j+99d6K5gPNIFnyXQhF/q6cKkJ0QV6GD572j4o3UyvCQ5ekw/uLN/QOe1wIDAQAB
            AoGBAIlavyMbIbD6bwDUz3nqEN81+nOpVz0RtvCi4YJz3YZ6dEHsN4s0mwd8eI8I
            RC2JDcIgvuy/u2BpcWbmBfL/+kaZLUjN1AfgkA7pi5YOowGcQfmcYaKikpaL/IxR
            6mOri0XaIQZDS6NHWYNI6/Gf5Mk8GKvgJ3gTL9c1If0uSc9pAkEA9Xl8tlP1xuLV
            8qo0mc1EFqRRCpwHMjOrDiWyFgdd5KmkIySMEokxV4RGc686N7/JjJpizSXaiXQy
            BQ2syer1qwJBANVkfw6mUYqf4lpkQXjw/sf+GoJeeYw1p+fs58VJxI6ZL9o80Qff
            S6xeZiAHAyeutNmIfYCpXJj85KUElSq+94UCQQDbPJmpresAqm8yv9ki1DVPk4nd
            0+SJbaQEip43FnVBWFGEIYwIsgcjhrv1bjasu9miffBoELrRsLlL0h7UZ8jpAkEA
            pQHp8fUP9qa9jHIb4p5QFWvbKdZOHOpcpM2fRwJM2IuB4jrG1FSJmocAZ2Gkwemp
            dNDDY1sS/EYJs8TAZ+Z1VQJBAJpObAmLcP0OJslNo3gbq++vKpEDCReix1nBWn13
            Hz+q9xWbwjnIOlgzHbU0kuOn6UHEshhpvzxUmJiQDlQGyTs=
            -----END RSA PRIVATE KEY-----
            """;

    @Test
    void reads_every_form_of_private_key() throws GeneralSecurityException {
        assertThat(ClientIdentity.privateKey(bytes(EC_OLD)).getAlgorithm()).isEqualTo("EC");
        assertThat(ClientIdentity.privateKey(bytes(EC_PKCS8)).getAlgorithm()).isEqualTo("EC");
        assertThat(ClientIdentity.privateKey(bytes(RSA_OLD)).getAlgorithm()).isEqualTo("RSA");
        assertThat(number(EC_OLD)).isEqualTo(number(EC_PKCS8));
    }

    @Test
    void says_when_there_is_no_key() {
        assertThatThrownBy(() -> ClientIdentity.privateKey(bytes("hello")))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("no private key");
    }

    private static BigInteger number(String pem) throws GeneralSecurityException {
        return ((ECPrivateKey) ClientIdentity.privateKey(bytes(pem))).getS();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
