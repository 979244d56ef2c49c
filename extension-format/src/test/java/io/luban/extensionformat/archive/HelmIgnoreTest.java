package io.luban.extensionformat.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelmIgnoreTest {
    @ParameterizedTest
    @CsvSource({
        "*.bak, docs/a.bak, false, true",
        "*.bak, docs/a.md, false, false",
        ".git/, .git, true, true",
        ".git/, .git, false, false",
        "/top.txt, top.txt, false, true",
        "/top.txt, sub/top.txt, false, false",
        "docs/*.md, docs/a.md, false, true",
        "docs/*.md, a.md, false, false",
        "a[bc].txt, ab.txt, false, true",
        "# comment, comment, false, false",
        "'', templates/.x.swp, false, true"
    })
    void rules_select_files(String rules, String path, boolean isDirectory, boolean ignored) {
        assertThat(HelmIgnore.parse(rules).ignores(path, isDirectory)).isEqualTo(ignored);
    }

    @Test
    void double_stars_are_refused_rather_than_misread() {
        assertThatThrownBy(() -> HelmIgnore.parse("a/**/b")).hasMessageContaining("double-star");
    }
}
