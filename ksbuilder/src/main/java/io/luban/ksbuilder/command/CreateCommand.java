package io.luban.ksbuilder.command;

import io.luban.extensionformat.ExtensionNames;
import io.luban.ksbuilder.scaffold.Category;
import io.luban.ksbuilder.scaffold.NewExtension;
import io.luban.ksbuilder.scaffold.SourceChart;
import io.luban.ksbuilder.terminal.Prompts;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts an extension with a front end and a back end; what no flag says is asked for. */
@Command(name = "create", mixinStandardHelpOptions = true, description = "Create a new extension.")
public final class CreateCommand implements Callable<Integer> {
    private static final String NOT_GIVEN = "";

    private final Session session;

    @Option(names = "--from", paramLabel = "FILE", description = "Helm chart that the app store is to be given.")
    private String from = NOT_GIVEN;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the extension.")
    private String name = NOT_GIVEN;

    @Option(names = "--category", paramLabel = "CATEGORY", description = "Category, see ksbuilder category.")
    private String category = NOT_GIVEN;

    @Option(names = "--author", paramLabel = "NAME", description = "Name of the author.")
    private String author = NOT_GIVEN;

    @Option(names = "--email", paramLabel = "ADDRESS", description = "Mail address of the author.")
    private String email = NOT_GIVEN;

    @Option(names = "--url", paramLabel = "URL", description = "Address of the author.")
    private String url = NOT_GIVEN;

    @Option(names = "--force", description = "Write into a directory that is not empty.")
    private boolean force;

    /** A command over its surroundings. */
    public CreateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        boolean isComplete = !name.isEmpty() && !category.isEmpty() && !author.isEmpty();
        var prompts = session.prompts();
        var chosenName = extensionName(prompts);
        var chosenCategory = category(prompts, chosenName);
        var chosenAuthor = new NewExtension.Author(
                author.isEmpty()
                        ? prompts.text(
                                "Please input extension author",
                                answer -> required(answer, "Extension author can't be empty"))
                        : author,
                rest(email, prompts, "Please input Email", isComplete),
                rest(url, prompts, "Please input author's URL", isComplete));
        var chart =
                from.isEmpty() ? Optional.<SourceChart>empty() : Optional.of(SourceChart.read(session.resolve(from)));
        var folder = session.resolve(chosenName);
        var scaffold = new NewExtension(folder, force).full(chosenName, chosenCategory, chosenAuthor);
        chart.ifPresent(found -> scaffold.write(
                "application-package.yaml", NewExtension.applicationPackage(chosenName, found.packed())));
        session.out().println("Directory: " + folder);
        session.out().println();
        session.out().println("The extension charts has been created.");
        return 0;
    }

    private String extensionName(Prompts prompts) {
        if (name.isEmpty()) {
            return prompts.text(
                    "Please input extension name",
                    answer -> required(answer, "Extension name can't be empty")
                            .or(() -> ExtensionNames.problemOfName(answer)));
        }
        ExtensionNames.problemOfName(name).ifPresent(problem -> {
            throw new CommandException(problem);
        });
        return name;
    }

    private Category category(Prompts prompts, String extension) {
        if (category.isEmpty()) {
            var names = Category.ALL.stream().map(Category::display).toList();
            return Category.ALL.get(prompts.choice("What category does " + extension + " belong to?", names));
        }
        return Category.find(category)
                .orElseThrow(() -> new CommandException(
                        "category \"%s\": see ksbuilder category for those there are".formatted(category)));
    }

    /** What may be left out is asked for only where the user is being asked anyway. */
    private static String rest(String given, Prompts prompts, String label, boolean isComplete) {
        return given.isEmpty() && !isComplete ? prompts.optional(label) : given;
    }

    private static Optional<String> required(String answer, String complaint) {
        return answer.isEmpty() ? Optional.of(complaint) : Optional.empty();
    }
}
