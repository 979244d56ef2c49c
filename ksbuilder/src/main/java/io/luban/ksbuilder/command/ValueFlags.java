package io.luban.ksbuilder.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.ksbuilder.chart.Assignments;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags by which values are given, as Helm has them. */
final class ValueFlags {
    @Option(
            names = {"-f", "--values"},
            split = ",",
            paramLabel = "FILE",
            description = "YAML file with values.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Single values, typed by their looks.")
    private List<String> set = new ArrayList<>();

    @Option(names = "--set-string", paramLabel = "KEY=VALUE", description = "Single values that are texts.")
    private List<String> strings = new ArrayList<>();

    @Option(names = "--set-file", paramLabel = "KEY=FILE", description = "Single values that are files' contents.")
    private List<String> contents = new ArrayList<>();

    @Option(names = "--set-json", paramLabel = "KEY=JSON", description = "Single values in JSON.")
    private List<String> json = new ArrayList<>();

    @Option(names = "--set-literal", paramLabel = "KEY=VALUE", description = "A single text taken as it is.")
    private List<String> literals = new ArrayList<>();

    ObjectNode values(Session session) {
        return new Assignments(session::resolve)
                .files(files)
                .json(json)
                .set(set)
                .strings(strings)
                .contents(contents)
                .literals(literals)
                .values();
    }
}
