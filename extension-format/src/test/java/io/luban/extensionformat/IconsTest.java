package io.luban.extensionformat;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.extensionformat.archive.ChartFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IconsTest {
    private static final List<ChartFile> FILES = List.of(
            file("logo.svg", "<svg/>"),
            file("drawing", "<?xml version='1.0'?><svg/>"),
            file("README.md", "words"),
            new ChartFile("huge.png", new byte[Icons.MAX_BYTES + 1]));

    @ParameterizedTest
    @CsvSource({
        "logo.svg, 'data:image/svg+xml;base64,PHN2Zy8+'",
        "./logo.svg, 'data:image/svg+xml;base64,PHN2Zy8+'",
        "drawing, 'data:image/svg+xml;base64,PD94bWwgdmVyc2lvbj0nMS4wJz8+PHN2Zy8+'",
        "'data:image/png;base64,AAAA', 'data:image/png;base64,AAAA'",
        "https://example.org/logo.png, https://example.org/logo.png"
    })
    void an_image_is_taken_from_the_package_or_as_it_is(String icon, String expected) {
        var resolved = Icons.resolve(icon, FILES);

        assertThat(resolved.icon()).isEqualTo(expected);
        assertThat(resolved.problem()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'data:text/html,<script>alert(1)</script>', data URI must be an image",
        "'DATA:TEXT/HTML;base64,AAAA', data URI must be an image",
        "README.md, file README.md is not an image",
        "huge.png, file huge.png must not be larger than 524288 bytes",
        "'javascript:alert(1)', file javascript:alert(1) is not in the package"
    })
    void what_is_no_image_is_left_out_and_told(String icon, String problem) {
        var resolved = Icons.resolve(icon, FILES);

        assertThat(resolved.icon()).isEmpty();
        assertThat(resolved.problem()).contains("icon: " + problem);
    }

    @Test
    void a_data_uri_may_not_be_larger_than_a_file() {
        var uri = "data:image/png;base64," + "A".repeat(Icons.MAX_BYTES * 3 / 2);

        assertThat(Icons.resolve(uri, FILES).icon()).isEmpty();
        assertThat(Icons.resolve(uri, FILES).problem().orElseThrow()).contains("must not be longer than");
    }

    @Test
    void a_file_outside_the_package_stays_a_name_and_is_told() {
        var resolved = Icons.resolve("../../etc/passwd", FILES);

        assertThat(resolved.icon()).isEqualTo("../../etc/passwd");
        assertThat(resolved.problem()).contains("icon: file ../../etc/passwd is not in the package");
    }

    private static ChartFile file(String path, String text) {
        return new ChartFile(path, text.getBytes(StandardCharsets.UTF_8));
    }
}
