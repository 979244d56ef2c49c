package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueryMaskTest {
    @Test
    void values_that_let_somebody_in_are_not_written_down() {
        assertThat(QueryMask.masked("a=1&token=t&ACCESS_TOKEN=t&id%5Ftoken=t&code=c&X-Amz-Signature=s&passwords=2"))
                .isEqualTo("a=1&token=***&ACCESS_TOKEN=***&id%5Ftoken=***&code=***&X-Amz-Signature=***&passwords=2");
    }

    @Test
    void odd_queries_stay_as_they_are() {
        assertThat(QueryMask.masked("&&=x&%zz=1&flag")).isEqualTo("&&=x&%zz=1&flag");
    }
}
