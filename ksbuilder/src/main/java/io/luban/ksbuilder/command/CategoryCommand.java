package io.luban.ksbuilder.command;

import io.luban.ksbuilder.scaffold.Category;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists the categories under both of their names. */
@Command(name = "category", mixinStandardHelpOptions = true, description = "List the categories of extensions.")
public final class CategoryCommand implements Callable<Integer> {
    private final Session session;

    /** A command over its surroundings. */
    public CategoryCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        for (var category : Category.ALL) {
            session.out()
                    .println(String.format(
                            Locale.ROOT, "%-30s (Normalized name: %s)", category.display(), category.normalized()));
        }
        return 0;
    }
}
