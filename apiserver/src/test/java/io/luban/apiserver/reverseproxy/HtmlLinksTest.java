package io.luban.apiserver.reverseproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links of pages change wherever they stand, however the page is cut, and nothing else does. */
class HtmlLinksTest {
    private static final String PAGE = """
            <!DOCTYPE html><html><!-- <a href="/not"> --><body background='/b.png'>1 < 2 <a class=x href="/a?x=1>2">a</a>
            <img src=/i.png longdesc='rel'><form action="/f"><a href=https://other.example/x>o</a><b href="/no">é</b>
            <script src="/s.js">if (a<b) { x = '<a href="/not">'; } </scripty></script ><A HREF = "/up">u</A>
            <title><a href="/not"></title><!--><a href="/behind"><!-- -- ><a href="/not"> --><p title="/t">
            </body></html><a href="/unclosed""";

    private static String link(String url) {
        return url.startsWith("/") ? "/p" + url : url;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void however_a_page_is_cut_the_result_is_that_of_the_whole() {
        var whole = text(HtmlLinks.rewrite(bytes(PAGE), HtmlLinksTest::link));

        assertThat(whole)
                .isEqualTo(PAGE.replace("'/b.png'", "'/p/b.png'")
                        .replace("\"/a?x", "\"/p/a?x")
                        .replace("=/i.png", "=/p/i.png")
                        .replace("\"/f\"", "\"/p/f\"")
                        .replace("\"/s.js\"", "\"/p/s.js\"")
                        .replace("\"/up\"", "\"/p/up\"")
                        .replace("\"/behind\"", "\"/p/behind\""));
        for (int size = 1; size < PAGE.length(); size++) {
            var links = new HtmlLinks(HtmlLinksTest::link);
            var all = new ByteArrayOutputStream();
            var page = bytes(PAGE);
            for (int at = 0; at < page.length; at += size) {
                all.writeBytes(links.piece(Arrays.copyOfRange(page, at, Math.min(page.length, at + size))));
            }
            all.writeBytes(links.rest());
            assertThat(text(all.toByteArray())).as("pieces of %d bytes", size).isEqualTo(whole);
        }
    }

    @Test
    void holds_back_only_a_link_that_is_not_complete() {
        var links = new HtmlLinks(HtmlLinksTest::link);
        assertThat(text(links.piece(bytes("line 1\n<b>bold</b> <a hr")))).isEqualTo("line 1\n<b>bold</b> <a hr");
        assertThat(text(links.piece(bytes("ef=\"/x")))).isEqualTo("ef=\"");
        assertThat(text(links.piece(bytes("y\">x</a>")))).isEqualTo("/p/xy\">x</a>");
        assertThat(text(links.piece(bytes("<img alt=\"/open")))).isEqualTo("<img alt=\"/open");
        assertThat(links.rest()).isEmpty();
    }

    @Test
    void lets_go_of_a_value_that_is_too_long_to_be_a_link() {
        var links = new HtmlLinks(HtmlLinksTest::link);
        var endless = "<a href=\"/" + "x".repeat(70_000);
        assertThat(text(links.piece(bytes(endless)))).isEqualTo(endless);
        assertThat(text(links.piece(bytes("\"><a href=/b>")))).isEqualTo("\"><a href=/p/b>");
    }

    @ParameterizedTest
    @CsvSource({
        "a, href",
        "area, href",
        "link, href",
        "base, href",
        "applet, codebase",
        "object, codebase",
        "object, classid",
        "object, data",
        "object, usemap",
        "audio, src",
        "embed, src",
        "frame, src",
        "frame, longdesc",
        "iframe, src",
        "iframe, longdesc",
        "img, src",
        "img, longdesc",
        "img, usemap",
        "input, src",
        "input, usemap",
        "input, formaction",
        "button, formaction",
        "script, src",
        "source, src",
        "video, src",
        "video, poster",
        "blockquote, cite",
        "del, cite",
        "ins, cite",
        "q, cite",
        "body, background",
        "command, icon",
        "form, action",
        "head, profile",
        "html, manifest"
    })
    void knows_where_links_stand(String element, String attribute) {
        for (var value : new String[] {"\"/x\"", "'/x'", "/x"}) {
            var page = "<" + element + " a=1 " + attribute + "=" + value + " href2=\"/y\">";
            assertThat(text(HtmlLinks.rewrite(bytes(page), HtmlLinksTest::link)))
                    .isEqualTo(page.replace("=" + value, "=" + value.replace("/x", "/p/x")));
        }
    }
}
