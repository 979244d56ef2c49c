package io.luban.embeddedkube.custom;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "date-time | 2026-01-02T03:04:05Z, 2026-01-02t03:04:05.123+01:00 | yesterday, 2026-01-02, 2026-13-01T00:00:00Z",
                "date | 2026-01-02 | 2026-02-30, x",
                "duration | 1h30m, 10s, 0, 1.5h, 3 days | x, h, 1y",
                "email | a@b.io | a, a@, @b",
                "uri | https://a.io/b?c, urn:x:y | a b, %zz",
                "uuid | 123e4567-e89b-12d3-a456-426614174000 | 123e4567",
                "uuid4 | 123e4567-e89b-42d3-a456-426614174000 | 123e4567-e89b-12d3-a456-426614174000",
                "ipv4 | 1.2.3.4, 255.255.255.255 | 1.2.3, 256.1.1.1, 01.2.3.4, ::1",
                "ipv6 | ::, ::1, fe80::1, 1:2:3:4:5:6:7:8, ::ffff:1.2.3.4 | 1.2.3.4, 1::2::3, 1:2:3, 12345::, 1:2:3:4:5:6:7:8:9",
                "cidr | 10.0.0.0/8, fd00::/64 | 10.0.0.0, 10.0.0.0/33, fd00::/129, /8, 10.0.0.0/x",
                "mac | 00:1a:2B:3c:4d:5e, 001a.2b3c.4d5e | 00:1a:2b:3c:4d, x",
                "hostname | a, a-b.c | -a, a..b, a b",
                "byte | aGk= | a, a*b=",
                "isbn | 0-306-40615-2, 978-3-16-148410-0, 080442957X | 123, 0306406153",
                "creditcard | 4111 1111 1111 1111 | 4111 1111 1111 1112, 12, x",
                "ssn | 123-45-6789 | 12-345-678",
                "hexcolor | #fff, #A0B1C2 | #ff, red",
                "rgbcolor | rgb(1,2,3) | red",
                "bsonobjectid | 507f1f77bcf86cd799439011 | 507f"
            })
    void accepts_what_fits_and_refuses_the_rest(String format, String good, String bad) {
        for (var text : good.split(", ", -1)) {
            assertThat(Formats.accepts(format, text)).as(text).isTrue();
        }
        for (var text : bad.split(", ", -1)) {
            assertThat(Formats.accepts(format, text)).as(text).isFalse();
        }
    }
}
