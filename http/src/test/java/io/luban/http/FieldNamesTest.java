package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are known and names that only look like them. */
class FieldNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type",
                "date",
                "X-Remote-User",
                "x-remote-user",
                "CONTENT-TYPE",
                "Content-Tape",
                "X",
                "X-Mine"
            })
    void a_name_stays_what_it_is(String name) {
        var line = "before " + name + ": behind";

        assertThat(FieldNames.of(line, 7, 7 + name.length())).isEqualTo(name);
        assertThat(FieldNames.encoded(name).toString()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "Date", "Authorization", "X-Forwarded-For", "Via"})
    void usual_names_are_made_once(String name) {
        assertThat(FieldNames.isKnown(name)).isTrue();
        assertThat(FieldNames.of(name + ":", 0, name.length()))
                .isSameAs(FieldNames.of(" " + name, 1, 1 + name.length()));
        assertThat((Object) FieldNames.encoded(name)).isSameAs(FieldNames.encoded(String.valueOf(name.toCharArray())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-Mine", "Content-Typ\r", "Content-Typ e", "D\nte"})
    void others_are_not_known(String name) {
        assertThat(FieldNames.isKnown(name)).isFalse();
    }
}
