package io.luban.apiserver.reverseproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ParseException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

/** Compressed pages leave compressed with their links changed, however they are cut. */
class RepackedTest {
    private static final byte[] PAGE =
            "<a href=/x>%s</a>".formatted("text ".repeat(50)).getBytes(StandardCharsets.UTF_8);
    private static final byte[] SHOWN =
            "<a href=/p/x>%s</a>".formatted("text ".repeat(50)).getBytes(StandardCharsets.UTF_8);

    private static byte[] changed(String encoding, byte[] packed, int size) {
        var edit = new Repacked(encoding, new HtmlLinks(url -> "/p" + url));
        var all = new ByteArrayOutputStream();
        for (int at = 0; at < packed.length; at += size) {
            all.writeBytes(edit.piece(Arrays.copyOfRange(packed, at, Math.min(packed.length, at + size))));
        }
        all.writeBytes(edit.rest());
        return all.toByteArray();
    }

    private static byte[] gzip(byte[] page) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(page);
        }
        return packed.toByteArray();
    }

    private static byte[] gunzip(byte[] packed) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
    }

    @Test
    void gzip_may_be_cut_anywhere() throws IOException {
        var packed = gzip(PAGE);
        for (int size = 1; size <= packed.length; size++) {
            assertThat(gunzip(changed("gzip", packed, size)))
                    .as("pieces of %d bytes", size)
                    .isEqualTo(SHOWN);
        }
    }

    @Test
    void deflate_may_be_cut_anywhere() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var deflate = new DeflaterOutputStream(packed)) {
            deflate.write(PAGE);
        }
        for (int size = 1; size <= packed.size(); size++) {
            var changed = changed("deflate", packed.toByteArray(), size);
            assertThat(new InflaterInputStream(new ByteArrayInputStream(changed)).readAllBytes())
                    .isEqualTo(SHOWN);
        }
    }

    @Test
    void a_gzip_head_may_have_a_name_a_comment_more_and_a_sum() throws IOException {
        var packed = gzip(PAGE);
        var head = new ByteArrayOutputStream();
        head.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3});
        head.writeBytes(new byte[] {3, 0, 'a', 0, 'c'});
        head.writeBytes("name\0comment\0".getBytes(StandardCharsets.US_ASCII));
        var sum = new CRC32();
        sum.update(head.toByteArray());
        head.write((int) sum.getValue());
        head.write((int) sum.getValue() >> 8);
        head.write(packed, 10, packed.length - 10);
        assertThat(gunzip(head.toByteArray())).isEqualTo(PAGE);
        for (int size : new int[] {1, 3, 17, 1000}) {
            assertThat(gunzip(changed("gzip", head.toByteArray(), size))).isEqualTo(SHOWN);
        }
    }

    @Test
    void parts_of_gzip_are_one_body_and_what_follows_is_left_out() throws IOException {
        var packed = new ByteArrayOutputStream();
        packed.writeBytes(gzip(Arrays.copyOf(PAGE, 10)));
        packed.writeBytes(gzip(Arrays.copyOfRange(PAGE, 10, PAGE.length)));
        packed.writeBytes("garbage".getBytes(StandardCharsets.US_ASCII));
        for (int size : new int[] {1, 7, 1000}) {
            assertThat(gunzip(changed("gzip", packed.toByteArray(), size))).isEqualTo(SHOWN);
        }
    }

    @Test
    void what_is_not_packed_goes_on_as_it_came() {
        for (int size : new int[] {1, 1000}) {
            assertThat(changed("gzip", PAGE, size)).isEqualTo(PAGE);
        }
        assertThat(changed("gzip", new byte[] {0x1f}, 1)).containsExactly(0x1f);
        assertThat(changed("gzip", new byte[0], 1)).isEmpty();
    }

    @Test
    void what_breaks_off_or_grows_too_much_does_not_pass() throws IOException {
        var packed = gzip(PAGE);
        Arrays.fill(packed, 15, 25, (byte) 0xff);
        assertThatThrownBy(() -> changed("gzip", packed, 1000)).isInstanceOf(ParseException.class);
        var bomb = gzip(new byte[20 * 1024 * 1024]);
        assertThatThrownBy(() -> changed("gzip", bomb, bomb.length)).isInstanceOf(ParseException.class);
    }
}
