package io.luban.apiserver.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;

/** A collection as it was after a number of changes, in both orders, with the selections that were asked of it. */
final class Snapshot {
    private static final long MOST_REFERENCES = 500_000;

    private final KindRules rules;
    private final long changes;
    private final List<ViewedObject> byAge;
    private final List<ViewedObject> byName;
    private final Cache<Selection, List<ViewedObject>> selected = Caffeine.newBuilder()
            .maximumWeight(MOST_REFERENCES)
            .weigher((Selection selection, List<ViewedObject> objects) -> 20 + objects.size())
            .executor(Runnable::run)
            .build();

    Snapshot(KindRules rules, long changes, List<ViewedObject> byAge, List<ViewedObject> byName) {
        this.rules = rules;
        this.changes = changes;
        this.byAge = byAge;
        this.byName = byName;
    }

    boolean isAfter(long count) {
        return changes == count;
    }

    ViewPage page(ViewQuery query) {
        var selection = query.selection();
        var by = selection.order().by();
        boolean isKept = by == Order.By.AGE || by == Order.By.NAME;
        var sorted = by == Order.By.NAME ? byName : byAge;
        var objects =
                isKept && selection.isEverything() ? sorted : selected.get(selection, wanted -> chosen(sorted, wanted));
        int total = objects.size();
        if (query.limit() == ViewQuery.UNPAGED) {
            return new ViewPage(cut(objects, query.ascending(), 0, total), total, 0);
        }
        long from = (query.page() - 1L) * query.limit();
        if (query.limit() < 0 || from < 0 || from > total) {
            return new ViewPage(List.of(), total, total);
        }
        int end = (int) Math.min(total, from + query.limit());
        return new ViewPage(cut(objects, query.ascending(), (int) from, end), total, total - end);
    }

    private List<ViewedObject> chosen(List<ViewedObject> sorted, Selection selection) {
        var matching = sorted.stream().filter(Matcher.of(selection, rules)).toList();
        return selection.order().sorted(matching).orElse(matching);
    }

    private static List<byte[]> cut(List<ViewedObject> objects, boolean ascending, int from, int end) {
        var result = new ArrayList<byte[]>(end - from);
        for (int i = from; i < end; i++) {
            result.add(objects.get(ascending ? i : objects.size() - 1 - i).json());
        }
        return result;
    }
}
