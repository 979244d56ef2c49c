package io.luban.controller.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.catalog.IndexEntry;
import io.luban.extensionformat.remote.RemoteException;
import io.luban.extensionformat.version.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Brings one extension of a catalog into the cluster. A chart whose digest is known is neither fetched nor written. */
final class ExtensionSync {
    private final CatalogSync.Context context;
    private final String extension;
    private final List<IndexEntry> entries;

    /**
     * A version that stays or becomes one of the cluster's.
     *
     * @param content empty for one that is there already
     */
    private record Kept(IndexEntry entry, Optional<ChartReading.Content> content) {}

    ExtensionSync(CatalogSync.Context context, String extension, List<IndexEntry> entries) {
        this.context = context;
        this.extension = extension;
        this.entries = entries;
    }

    void run() {
        var problem = ExtensionNames.problemOfName(extension);
        if (problem.isPresent()) {
            context.problems().add(problem.get());
            return;
        }
        var present = context.known().extension(extension);
        var owner = present.map(Known.Extension::repository).orElse("");
        if (!owner.isEmpty() && !owner.equals(context.repository())) {
            context.problems().add(extension, "the extension belongs to repository \"%s\"".formatted(owner));
            return;
        }
        if (present.map(Known.Extension::isLeaving).orElse(false)) {
            context.problems().add(extension, "the extension is being deleted");
            context.askAgainSoon();
            return;
        }
        var kept = kept();
        if (!kept.isEmpty()) {
            var uid = extension(kept.getFirst(), present);
            for (var version : kept) {
                version.content().ifPresent(content -> write(version.entry(), uid, content));
            }
        }
        removeOthers();
    }

    /** The newest versions that can be used, as many as the depth allows. */
    private List<Kept> kept() {
        var kept = new ArrayList<Kept>();
        for (var entry : candidates()) {
            if (kept.size() >= context.depth()) {
                break;
            }
            read(entry).ifPresent(kept::add);
        }
        return kept;
    }

    private List<IndexEntry> candidates() {
        var usable = new ArrayList<IndexEntry>();
        var seen = new HashSet<String>();
        for (var entry : entries) {
            var problem = problem(entry);
            if (problem.isPresent()) {
                context.problems().add(title(entry), problem.get());
            } else if (seen.add(entry.version())) {
                usable.add(entry);
            }
        }
        usable.sort(Comparator.comparing((IndexEntry entry) -> Version.parse(entry.version()))
                .reversed());
        return usable;
    }

    private Optional<String> problem(IndexEntry entry) {
        if (!entry.name().equals(extension)) {
            return Optional.of("the entry names chart \"%s\"".formatted(entry.name()));
        }
        if (entry.urls().isEmpty()) {
            return Optional.of("the entry has no address");
        }
        return ExtensionNames.problemOfVersion(entry.version());
    }

    private Optional<Kept> read(IndexEntry entry) {
        var name = ExtensionNames.extensionVersion(extension, entry.version());
        var present = context.known()
                .version(name)
                .filter(version -> version.repository().equals(context.repository()));
        try {
            if (present.isPresent() && isSame(name, entry, present.get())) {
                context.rejected()
                        .remark(context.repository(), name, entry.digest())
                        .ifPresent(remark -> context.problems().add(title(entry), remark));
                return Optional.of(new Kept(entry, Optional.empty()));
            }
            var rejected = context.rejected().reason(context.repository(), name, entry.digest());
            if (rejected.isPresent()) {
                throw new ChartReading.Unusable(rejected.get());
            }
            var content = context.reading().read(entry, context.charts());
            content.warnings().forEach(warning -> {
                context.rejected().noteRemark(context.repository(), name, entry.digest(), warning);
                context.problems().add(title(entry), warning);
            });
            return Optional.of(new Kept(entry, Optional.of(content)));
        } catch (ChartReading.Unusable | ArchiveException e) {
            context.rejected().note(context.repository(), name, entry.digest(), String.valueOf(e.getMessage()));
            context.problems().add(title(entry), String.valueOf(e.getMessage()));
        } catch (RemoteException e) {
            context.problems().add(title(entry), String.valueOf(e.getMessage()));
            context.noteFailure();
        }
        // What an earlier synchronisation made of it is better than nothing.
        return present.map(version -> new Kept(entry, Optional.empty()));
    }

    /** Whether the version in the cluster was made of this chart; notes when the chart has moved. */
    private boolean isSame(String name, IndexEntry entry, Known.Version present) {
        boolean sameDigest = entry.digest().isEmpty()
                ? present.digest().isEmpty() && context.isIndexUnchanged()
                : entry.digest().equals(present.digest());
        if (!sameDigest) {
            return false;
        }
        var places = context.charts().places(entry);
        boolean inPlace = places.stream()
                .anyMatch(place -> Known.place(place.url(), place.reference()).equals(present.place()));
        if (!inPlace) {
            if (places.size() > 1) {
                return false;
            }
            context.writer().moved(name, places.getFirst());
            context.noteChange();
        }
        return true;
    }

    private String extension(Kept newest, Optional<Known.Extension> present) {
        var spec = newest.content().map(ChartReading.Content::spec);
        var name = ExtensionNames.extensionVersion(extension, newest.entry().version());
        var fingerprint = spec.map(Fingerprint::of)
                .or(() -> context.known().version(name).map(Known.Version::fingerprint))
                .orElse("");
        boolean same = present.isPresent()
                && present.get().isOwned()
                && present.get().repository().equals(context.repository())
                && present.get().fingerprint().equals(fingerprint);
        if (same) {
            return present.get().uid();
        }
        context.noteChange();
        return context.writer()
                .extension(extension, spec.orElseGet(() -> context.writer().specOf(name)));
    }

    private void write(IndexEntry entry, String uid, ChartReading.Content content) {
        ObjectNode spec = content.spec();
        var name = ExtensionNames.extensionVersion(extension, entry.version());
        boolean same = entry.digest().isEmpty()
                && context.known()
                        .version(name)
                        .map(present -> present.fingerprint().equals(Fingerprint.of(spec))
                                && present.repository().equals(context.repository()))
                        .orElse(false);
        context.writer().version(extension, uid, content);
        if (!same) {
            context.noteChange();
        }
    }

    private void removeOthers() {
        var listed = new HashSet<String>();
        entries.forEach(entry -> listed.add(entry.version()));
        for (var present : context.known().ofRepository(context.repository())) {
            if (present.getValue().extension().equals(extension)
                    && !listed.contains(present.getValue().version())) {
                context.writer().remove(present.getKey().name());
                context.noteChange();
            }
        }
    }

    private String title(IndexEntry entry) {
        return extension + " " + entry.version();
    }
}
