package io.luban.extensionformat.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ParseException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            =1.2.3            ; 1.2.3         ; true
            1.2.3             ; v1.2.3        ; true
            1.2               ; 1.2.9         ; true
            1.2               ; 1.3.0         ; false
            !=1.2.3           ; 1.2.4         ; true
            !=1.2             ; 1.2.4         ; false
            !=1.x             ; 2.0.0         ; true
            >1.2.3            ; 1.2.4         ; true
            >1                ; 1.9.9         ; false
            >1                ; 2.0.0         ; true
            >1.2              ; 1.2.9         ; false
            >1.2              ; 1.3.0         ; true
            <2                ; 1.9.9         ; true
            <=1.2             ; 1.2.9         ; true
            <=1.2             ; 1.3.0         ; false
            =<1               ; 1.9.9         ; true
            =>1.19.0          ; 1.33.4        ; true
            >=1.19.0-0        ; 1.33.4+luban  ; true
            >=1.19.0          ; 1.33.4-rc.1   ; false
            >=1.19.0-0        ; 1.33.4-rc.1   ; true
            >=4.0.0-0         ; 4.0.0-alpha.1 ; true
            >=4.1.2-0         ; v4.1.3        ; true
            ~1.2.3            ; 1.2.9         ; true
            ~1.2.3            ; 1.3.0         ; false
            ~1                ; 1.9.0         ; true
            ~>1.2             ; 1.2.5         ; true
            ~0.0.0            ; 7.0.0         ; true
            ^1.2.3            ; 1.9.0         ; true
            ^1.2.3            ; 2.0.0         ; false
            ^0.2.3            ; 0.2.9         ; true
            ^0.2.3            ; 0.3.0         ; false
            ^0.0.3            ; 0.0.3         ; true
            ^0.0.3            ; 0.0.4         ; false
            ^0                ; 0.9.0         ; true
            ^0.0              ; 0.0.9         ; true
            1.2 - 3           ; 3.9.0         ; true
            1.2 - 3           ; 4.0.0         ; false
            1.2 - 3.4.5       ; 1.1.9         ; false
            *                 ; 5.1.0         ; true
            *                 ; 5.1.0-beta    ; false
            *-0               ; 5.1.0-beta    ; true
            1.x               ; 1.7.0         ; true
            1.2.X             ; 1.3.0         ; false
            >=1.0 <2.0        ; 1.5.0         ; true
            '>=1.0, <2.0'     ; 2.5.0         ; false
            >= 1.0.2          ; 1.0.2         ; true
            """)
    void a_constraint_decides_about_a_version(String constraint, String version, boolean expected) {
        assertThat(Constraint.parse(constraint).matches(Version.parse(version))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5.0", "3.1.0"})
    void alternatives_are_joined_by_two_bars(String version) {
        var constraint = Constraint.parse(">=1.0 <2.0 || ^3.1");

        assertThat(constraint.matches(Version.parse(version))).isTrue();
        assertThat(constraint.matches(Version.parse("2.2.0"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", ">=", ">>1", "1.2.3.4", "1..2", ">=1.0;<2", "a.b.c", "^^1", "1x.0"})
    void text_that_is_no_constraint_is_refused_and_never_matches(String text) {
        assertThatThrownBy(() -> Constraint.parse(text)).isInstanceOf(ParseException.class);
        assertThat(Constraint.accepts(text, Version.parse("1.0.0"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void blank_text_matches_every_version(String text) {
        assertThat(Constraint.accepts(text, Version.parse("1.0.0-rc.1"))).isTrue();
    }
}
