package io.luban.kubecel;

import com.google.re2j.Pattern;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import io.luban.model.ObjectNames;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Formats of names and other texts, by name. */
final class FormatLibrary {
    private static final Pattern UUID = Pattern.compile("(?i)^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$");
    private static final Map<String, Format> FORMATS = formats();

    private FormatLibrary() {}

    /** A rule that tells every problem of a text. */
    record Format(String name, Function<String, List<String>> problems) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Format format && name.equals(format.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    static void addTo(Functions functions) {
        var optional = OptionalType.create(KubeTypes.FORMAT);
        functions
                .global(
                        "format.named",
                        "format_named",
                        optional,
                        List.of(SimpleType.STRING),
                        args -> Optional.ofNullable(FORMATS.get((String) args[0])))
                .member(
                        "validate",
                        "format_validate",
                        OptionalType.create(KubeTypes.TEXTS),
                        List.of(KubeTypes.FORMAT, SimpleType.STRING),
                        args -> problems((Format) args[0], (String) args[1]));
        FORMATS.forEach((name, format) ->
                functions.global("format." + name, "format_" + name, KubeTypes.FORMAT, List.of(), args -> format));
    }

    private static Optional<List<String>> problems(Format format, String text) {
        var found = format.problems().apply(text);
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private static Map<String, Format> formats() {
        var formats = new LinkedHashMap<String, Format>();
        add(formats, "dns1123Label", ObjectNames::label);
        add(formats, "dns1123Subdomain", ObjectNames::subdomain);
        add(formats, "dns1035Label", ObjectNames::label1035);
        add(formats, "qualifiedName", ObjectNames::qualifiedName);
        add(formats, "labelValue", ObjectNames::labelValue);
        add(formats, "dns1123LabelPrefix", text -> ObjectNames.label(completed(text)));
        add(formats, "dns1123SubdomainPrefix", text -> ObjectNames.subdomain(completed(text)));
        add(formats, "dns1035LabelPrefix", text -> ObjectNames.label1035(completed(text)));
        add(formats, "uri", rule(UrlLibrary::isUrl, "invalid URL"));
        add(formats, "uuid", rule(text -> UUID.matcher(text).matches(), "does not match the UUID format"));
        add(formats, "byte", rule(FormatLibrary::isBase64, "invalid base64"));
        add(formats, "date", rule(text -> parses(text, LocalDate::parse), "invalid date"));
        add(formats, "datetime", rule(text -> parses(text, OffsetDateTime::parse), "invalid datetime"));
        return formats;
    }

    private static void add(Map<String, Format> formats, String name, Function<String, List<String>> problems) {
        formats.put(name, new Format(name, problems));
    }

    private static String completed(String prefix) {
        return prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) + "a" : prefix;
    }

    private static Function<String, List<String>> rule(Predicate<String> test, String problem) {
        return text -> test.test(text) ? List.of() : List.of(problem);
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean parses(String text, Function<String, ?> parser) {
        try {
            return parser.apply(text) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
