package io.luban.extensionformat.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartArchiveTest {
    @Test
    void files_come_in_archive_order_without_the_top_directory() {
        var packed = new TarBuilder()
                .directory("demo")
                .file("demo/values.yaml", "\ufeffa: 1")
                .file("demo\\templates\\x.yaml", "b")
                .file("demo/./Chart.yaml", "name: demo")
                .bytes();

        var archive = ChartArchive.read(packed);

        assertThat(archive.files())
                .extracting(ChartFile::path)
                .containsExactly("values.yaml", "templates/x.yaml", "Chart.yaml");
        assertThat(archive.file("values.yaml"))
                .get()
                .extracting(ChartFile::text)
                .isEqualTo("a: 1");
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, absolute path",
        "demo//etc/passwd, absolute path",
        "demo/../../etc/passwd, parent directory",
        "demo/../x, parent directory",
        "demo/C:/x, illegally named file",
        "Chart.yaml, chart yaml not in base directory",
        "values.yaml, outside the base directory",
        "other/values.yaml, must be under the directory demo"
    })
    void names_that_leave_the_chart_are_refused(String name, String reason) {
        var packed =
                new TarBuilder().file("demo/Chart.yaml", "a").file(name, "x").bytes();

        assertThatThrownBy(() -> ChartArchive.read(packed))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void links_are_refused() {
        var packed = new TarBuilder()
                .file("demo/Chart.yaml", "a")
                .link("demo/x", "/etc/passwd")
                .bytes();

        assertThatThrownBy(() -> ChartArchive.read(packed))
                .hasMessageContaining("demo/x")
                .hasMessageContaining("regular files");
    }

    @Test
    void devices_are_refused() {
        var packed = new TarBuilder()
                .file("demo/Chart.yaml", "a")
                .device("demo/null")
                .bytes();

        assertThatThrownBy(() -> ChartArchive.read(packed))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("demo/null")
                .hasMessageContaining("regular files");
    }

    @Test
    void more_than_ten_thousand_entries_are_refused() {
        var builder = new TarBuilder();
        for (int i = 0; i <= 10_000; i++) {
            builder.file("demo/" + i, "");
        }
        var packed = builder.bytes();

        assertThatThrownBy(() -> ChartArchive.read(packed))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("10000");
    }

    @Test
    void a_half_uploaded_archive_is_refused() {
        var random = new byte[200_000];
        new Random(3).nextBytes(random);
        var packed = new TarBuilder().file("demo/Chart.yaml", random).bytes();

        assertThatThrownBy(() -> ChartArchive.read(Arrays.copyOf(packed, packed.length / 2)))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("damaged or incomplete");
    }

    @Test
    void what_is_not_gzip_is_refused() {
        var page = "<html>login</html>".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> ChartArchive.read(page)).hasMessageContaining("gzip");
    }

    @Test
    void an_archive_without_files_is_refused() {
        var packed = new TarBuilder().directory("demo").bytes();

        assertThatThrownBy(() -> ChartArchive.read(packed)).hasMessageContaining("no files in chart archive");
    }

    @Test
    void a_file_beyond_five_mebibytes_is_refused_although_it_packs_small() {
        var packed =
                new TarBuilder().file("demo/big", new byte[5 * 1024 * 1024 + 1]).bytes();

        assertThatThrownBy(() -> ChartArchive.read(packed)).hasMessageContaining("maximum file size");
    }

    @Test
    void a_bomb_of_many_files_is_refused_before_it_fills_the_memory() {
        var builder = new TarBuilder();
        for (int i = 0; i < 21; i++) {
            builder.file("demo/" + i, new byte[5 * 1024 * 1024]);
        }
        var packed = builder.bytes();

        assertThatThrownBy(() -> ChartArchive.read(packed)).hasMessageContaining("maximum size");
    }

    @Test
    void packing_is_deterministic_and_reads_back() {
        var chart = new ChartFile("Chart.yaml", "name: demo".getBytes(StandardCharsets.UTF_8));
        var chinese = new ChartFile("static/图.svg", "<svg/>".getBytes(StandardCharsets.UTF_8));
        var deep = new ChartFile("charts/a/" + "x".repeat(120), new byte[] {1});

        var one = ChartPacker.pack("demo", List.of(chart, chinese, deep));
        var other = ChartPacker.pack("demo", List.of(deep, chinese, chart));

        assertThat(one).isEqualTo(other);
        assertThat(ChartArchive.read(one).files()).containsExactly(chart, chinese, deep);
    }
}
