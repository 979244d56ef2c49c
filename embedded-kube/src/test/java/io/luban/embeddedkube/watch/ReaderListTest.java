package io.luban.embeddedkube.watch;

import static io.luban.embeddedkube.watch.Cluster.CONFIG_MAPS;
import static io.luban.embeddedkube.watch.Cluster.body;
import static io.luban.embeddedkube.watch.Cluster.names;
import static io.luban.embeddedkube.watch.Cluster.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.embeddedkube.store.StoreOptions;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReaderListTest {
    @TempDir
    private Path directory;

    private Cluster cluster;

    @BeforeEach
    void start() {
        cluster = new Cluster(directory);
        for (int i = 0; i < 7; i++) {
            cluster.put("g1", "l" + i, "grp", "l", "par", i % 2 == 0 ? "even" : "odd", "n", Integer.toString(i));
        }
        cluster.put("other", "x");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void an_empty_list_has_its_kind_a_version_and_no_items() {
        var list = cluster.list("zz");

        assertThat(list)
                .isEqualTo(
                        Json.parse(
                                "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"8\"},\"items\":[]}"));
    }

    @Test
    void items_of_built_in_lists_carry_neither_kind_nor_version() {
        var list = cluster.list("g1");

        assertThat(names(list)).containsExactly("l0", "l1", "l2", "l3", "l4", "l5", "l6");
        assertThat(list.path("items").path(0).properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("metadata", "data");
        assertThat(names(cluster.list(""))).hasSize(8).last().isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "labelSelector | par=odd | l1 l3 l5",
                "labelSelector | grp=l,par!=odd | l0 l2 l4 l6",
                "labelSelector | n in (1,2) | l1 l2",
                "labelSelector | n>4 | l5 l6",
                "fieldSelector | metadata.name=l3 | l3",
                "fieldSelector | metadata.name!=l3,metadata.namespace=g1 | l0 l1 l2 l4 l5 l6",
            })
    void selects_by_labels_and_fields(String parameter, String selector, String expected) {
        assertThat(String.join(" ", names(cluster.list("g1", parameter, selector))))
                .isEqualTo(expected);
    }

    @Test
    void pages_are_consistent_although_objects_change_between_them() {
        var seen = new ArrayList<String>();
        var page = cluster.list("g1", "limit", "3");
        assertThat(page.at("/metadata/remainingItemCount").asInt()).isEqualTo(4);
        var version = page.at("/metadata/resourceVersion").asText();
        while (true) {
            seen.addAll(names(page));
            assertThat(page.at("/metadata/resourceVersion").asText()).isEqualTo(version);
            var token = page.at("/metadata/continue").asText();
            if (token.isEmpty()) {
                break;
            }
            cluster.delete("g1", seen.getLast());
            cluster.put("g1", "l55");
            page = cluster.list("g1", "limit", "3", "continue", token);
        }

        assertThat(seen).containsExactly("l0", "l1", "l2", "l3", "l4", "l5", "l6");
    }

    @Test
    void pages_go_on_after_a_restart() {
        var token = cluster.list("g1", "limit", "5").at("/metadata/continue").asText();
        cluster.delete("g1", "l6");
        cluster.close();
        cluster = new Cluster(directory);

        assertThat(names(cluster.list("g1", "limit", "5", "continue", token))).containsExactly("l5", "l6");
    }

    @Test
    void what_is_no_longer_remembered_is_expired_and_a_page_goes_on_with_another_token() {
        var token = cluster.list("g1", "limit", "2").at("/metadata/continue").asText();
        long version = cluster.store.revision();
        cluster.close();
        var forgetful = new StoreOptions(
                StoreOptions.Durability.GROUP, Optional.empty(), 65_536, 1_048_576, 2, Duration.ofSeconds(-10));
        cluster = new Cluster(directory, forgetful);
        for (int i = 0; i < 8; i++) {
            cluster.put("g1", "l9", "n", Integer.toString(i));
        }

        assertThatThrownBy(() ->
                        cluster.list("g1", "resourceVersion", Long.toString(version), "resourceVersionMatch", "Exact"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(410))
                .hasMessage("The resourceVersion for the provided list is too old.");
        var expired = cluster.list("g1", "limit", "2", "continue", token);
        assertThat(expired.path("code").asInt()).isEqualTo(410);
        assertThat(expired.path("reason").asText()).isEqualTo("Expired");
        var rest =
                cluster.list("g1", "continue", expired.at("/metadata/continue").asText());
        assertThat(names(rest)).containsExactly("l2", "l3", "l4", "l5", "l6", "l9");
    }

    @Test
    void a_page_with_a_selector_does_not_count_what_remains() {
        var page = cluster.list("g1", "limit", "3", "labelSelector", "grp");
        var token = page.at("/metadata/continue").asText();

        assertThat(page.at("/metadata").has("remainingItemCount")).isFalse();
        var last = cluster.list("g1", "limit", "9", "labelSelector", "grp", "continue", token);
        assertThat(names(last)).containsExactly("l3", "l4", "l5", "l6");
        assertThat(last.at("/metadata").has("continue")).isFalse();
    }

    @Test
    void a_token_cannot_be_forged_or_used_for_another_list() {
        var token = cluster.list("g1", "limit", "3").at("/metadata/continue").asText();

        for (var parameters : List.of(
                new String[] {"continue", "garbage"},
                new String[] {"continue", token + "x"},
                new String[] {"continue", token, "labelSelector", "grp"},
                new String[] {"continue", token, "resourceVersion", "5"})) {
            assertThatThrownBy(() -> cluster.list("g1", parameters))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
        }
        assertThatThrownBy(() -> cluster.list("other", "continue", token))
                .hasMessageStartingWith("invalid continue token: continue key is not valid: ");
    }

    @Test
    void version_zero_ignores_the_limit() {
        assertThat(names(cluster.list("g1", "resourceVersion", "0", "limit", "2")))
                .hasSize(7);
    }

    @Test
    void a_limit_with_a_version_means_exactly_that_version() {
        cluster.delete("g1", "l0");

        assertThat(names(cluster.list("g1", "resourceVersion", "8", "limit", "2")))
                .containsExactly("l0", "l1");
        assertThat(names(cluster.list("g1", "resourceVersion", "8", "resourceVersionMatch", "Exact")))
                .hasSize(7);
        assertThat(names(cluster.list("g1", "resourceVersion", "8"))).hasSize(6);
        assertThat(names(cluster.list("g1", "resourceVersion", "8", "resourceVersionMatch", "NotOlderThan")))
                .hasSize(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=abc | 400 | strconv.ParseInt: parsing \"abc\": invalid syntax",
                "limit=-1 | 400 | limit: Invalid value: -1: must not be negative",
                "resourceVersion=abc | 400 | resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax",
                "labelSelector=a b | 400 | unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
                "fieldSelector=data.x=1 | 400 | \"data.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
                "resourceVersionMatch=Exact | 422 | ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
                "sendInitialEvents=true | 422 | ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list",
            })
    void refuses_parameters_in_the_words_of_kubernetes(String parameter, int code, String message) {
        int equals = parameter.indexOf('=');
        assertThatThrownBy(() -> cluster.list("g1", parameter.substring(0, equals), parameter.substring(equals + 1)))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e).hasMessage(message);
                });
    }

    @Test
    void exactly_version_zero_is_refused() {
        assertThatThrownBy(() -> cluster.list("g1", "resourceVersion", "0", "resourceVersionMatch", "Exact"))
                .hasMessageContaining("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }

    @Test
    void a_version_ahead_of_the_store_times_out() {
        assertThatThrownBy(() -> cluster.list("g1", "resourceVersion", "99999999999"))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(504);
                    assertThat(e.status().details().causes().getFirst().reason())
                            .isEqualTo("ResourceVersionTooLarge");
                });
    }

    @Test
    void metadata_alone_is_cut_out_of_the_object() {
        var list = body(
                cluster.reader.list(request("fieldSelector", "metadata.name=l1"), CONFIG_MAPS, "g1", Form.PARTIAL));

        assertThat(list.path("kind").asText()).isEqualTo("PartialObjectMetadataList");
        var item = list.path("items").path(0);
        assertThat(item.path("kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(item.path("apiVersion").asText()).isEqualTo("meta.k8s.io/v1");
        assertThat(item.at("/metadata/labels/par").asText()).isEqualTo("odd");
        assertThat(item.has("data")).isFalse();
    }

    @Test
    void a_table_has_columns_and_a_row_for_each_object() {
        var table = body(cluster.reader.list(request("labelSelector", "par=odd"), CONFIG_MAPS, "g1", Form.TABLE));

        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.path("columnDefinitions"))
                .extracting(column -> column.path("name").asText())
                .containsExactly("Name", "Data", "Age");
        assertThat(table.path("rows")).hasSize(3);
        assertThat(table.at("/rows/0/cells")).isEqualTo(Json.parse("[\"l1\",1,\"60m\"]"));
        assertThat(table.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
    }

    @Test
    void a_row_carries_as_much_of_the_object_as_wanted() {
        var object =
                cluster.store.snapshot(CONFIG_MAPS.storage()).get("g1", "l1").orElseThrow();

        var whole = body(cluster.reader.one(request("includeObject", "Object"), CONFIG_MAPS, object, Form.TABLE));
        var none = body(cluster.reader.one(request("includeObject", "None"), CONFIG_MAPS, object, Form.TABLE_BETA));

        assertThat(whole.at("/rows/0/object")).isEqualTo(object.tree());
        assertThat(none.at("/rows/0/object").isNull()).isTrue();
        assertThat(none.path("apiVersion").asText()).isEqualTo("meta.k8s.io/v1beta1");
    }

    @Test
    void whole_lists_are_the_same_bytes_until_something_changes() {
        for (int i = 0; i < 800; i++) {
            cluster.put("big", "n" + i);
        }
        var first = cluster.reader.list(request(), CONFIG_MAPS, "", Form.OBJECT);

        assertThat(cluster.reader.list(request(), CONFIG_MAPS, "", Form.OBJECT).body())
                .isSameAs(first.body());
        cluster.put("big", "late");
        assertThat(names(cluster.list(""))).contains("late");
    }

    @Test
    void large_bodies_are_packed_for_clients_that_accept_it() throws Exception {
        var accepting = LocalRequest.of("GET", "/x", Headers.of("Accept-Encoding", "deflate, gzip"));
        var large = Reply.json(200, new byte[200_000]);
        var packed = (Reply.Content) Reader.compressed(accepting, large);

        assertThat(packed.headers().first("Content-Encoding")).contains("gzip");
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(unpacked.readAllBytes()).hasSize(200_000);
        }
        assertThat(Reader.compressed(request(), large)).isSameAs(large);
        var small = Reply.json(200, new byte[10]);
        assertThat(Reader.compressed(accepting, small)).isSameAs(small);
    }
}
