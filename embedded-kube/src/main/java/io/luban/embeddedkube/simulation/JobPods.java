package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Trees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Where a Job stands, read from its pods and from what its status remembers of pods that are gone. */
final class JobPods {
    static final String INDEX = "batch.kubernetes.io/job-completion-index";

    private final ObjectNode job;
    private final List<ObjectNode> active = new ArrayList<>();
    private final NavigableSet<Integer> completed;
    private final Map<Integer, Integer> failuresOf = new HashMap<>();
    private Optional<String> verdict = Optional.empty();
    private int succeededPods;
    private int failedPods;

    JobPods(ObjectNode job, List<ObjectNode> pods) {
        this.job = job;
        this.completed = IndexRanges.parse(Trees.text(job, "status", "completedIndexes"));
        pods.forEach(this::count);
    }

    private void count(ObjectNode pod) {
        if (Trees.isTerminating(pod) && !Simulated.isFinished(pod)) {
            return;
        }
        var phase = Trees.text(pod, "status", "phase");
        if (phase.equals("Succeeded")) {
            succeededPods++;
            index(pod).ifPresent(completed::add);
        } else if (phase.equals("Failed")) {
            judge(pod);
        } else {
            active.add(pod);
        }
    }

    /** The first rule of the pod failure policy that matches decides what a failure means. */
    private void judge(ObjectNode pod) {
        var rules = Trees.at(job, "spec", "podFailurePolicy", "rules");
        for (int i = 0; i < rules.size(); i++) {
            if (matches(rules.get(i), pod)) {
                switch (Trees.text(rules.get(i), "action")) {
                    case "Ignore" -> {
                        return;
                    }
                    case "FailJob" ->
                        verdict = Optional.of("Pod %s/%s failed matching FailJob rule at index %d"
                                .formatted(Trees.namespace(pod), Trees.name(pod), i));
                    case "FailIndex" ->
                        index(pod).ifPresent(index -> failuresOf.merge(index, Integer.MAX_VALUE / 2, Integer::sum));
                    default -> {
                        // counted like any other failure
                    }
                }
                break;
            }
        }
        failedPods++;
        index(pod).ifPresent(index -> failuresOf.merge(index, 1, Integer::sum));
    }

    private static boolean matches(JsonNode rule, JsonNode pod) {
        var codes = rule.path("onExitCodes");
        if (!codes.isObject()) {
            return false;
        }
        boolean isIn = Trees.text(codes, "operator").equals("In");
        var wantedContainer = Trees.text(codes, "containerName");
        for (var container : Trees.at(pod, "status", "containerStatuses")) {
            int code = Trees.at(container, "state", "terminated", "exitCode").asInt();
            boolean isContainer = wantedContainer.isEmpty() || wantedContainer.equals(Trees.text(container, "name"));
            if (isContainer
                    && code != 0
                    && Trees.items(codes.path("values")).contains(Integer.toString(code)) == isIn) {
                return true;
            }
        }
        return false;
    }

    static Optional<Integer> index(JsonNode pod) {
        var text = Trees.annotation(pod, INDEX);
        return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    List<ObjectNode> active() {
        return active;
    }

    /** Why the Job must fail at once, by its pod failure policy. */
    Optional<String> verdict() {
        return verdict;
    }

    NavigableSet<Integer> completed() {
        return completed;
    }

    boolean isIndexed() {
        return Trees.text(job, "spec", "completionMode").equals("Indexed");
    }

    int succeeded() {
        return isIndexed()
                ? completed.size()
                : Math.max(succeededPods, Trees.at(job, "status", "succeeded").asInt());
    }

    int failed() {
        return Math.max(failedPods, Trees.at(job, "status", "failed").asInt());
    }

    int parallelism() {
        return Trees.at(job, "spec", "parallelism").asInt(1);
    }

    /** How many must succeed; empty when one success is enough and the rest just comes to its end. */
    Optional<Integer> completions() {
        var wanted = Trees.at(job, "spec", "completions");
        return wanted.isNumber() ? Optional.of(wanted.asInt()) : Optional.empty();
    }

    /** Indexes that were tried too often. */
    NavigableSet<Integer> failedIndexes() {
        var result = IndexRanges.parse(Trees.text(job, "status", "failedIndexes"));
        var limit = Trees.at(job, "spec", "backoffLimitPerIndex");
        if (limit.isNumber()) {
            failuresOf.forEach((index, count) -> {
                if (count > limit.asInt() && !completed.contains(index)) {
                    result.add(index);
                }
            });
        }
        return result;
    }

    boolean isComplete() {
        return completions().map(wanted -> succeeded() >= wanted).orElseGet(() -> succeeded() > 0 && active.isEmpty());
    }

    /** Which rule of the success policy holds, by its number. */
    Optional<Integer> metRule() {
        var rules = Trees.at(job, "spec", "successPolicy", "rules");
        for (int i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            var relevant = new TreeSet<>(completed);
            var wanted = IndexRanges.parse(Trees.text(rule, "succeededIndexes"));
            if (!wanted.isEmpty()) {
                relevant.retainAll(wanted);
            }
            int count = rule.path("succeededCount").asInt(wanted.isEmpty() ? Integer.MAX_VALUE : wanted.size());
            if (relevant.size() >= count) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** How many further pods should run now; negative when there are too many. */
    int missing() {
        int open = completions().map(wanted -> wanted - succeeded()).orElse(succeeded() > 0 ? 0 : parallelism());
        return completions().isEmpty() && succeeded() > 0
                ? Math.min(0, parallelism() - active.size())
                : Math.min(parallelism(), Math.max(0, open)) - active.size();
    }

    /** The lowest indexes that nothing works on. */
    List<Integer> freeIndexes(int count) {
        var busy = new TreeSet<>(completed);
        busy.addAll(failedIndexes());
        active.forEach(pod -> index(pod).ifPresent(busy::add));
        var result = new ArrayList<Integer>();
        for (int i = 0; i < completions().orElse(0) && result.size() < count; i++) {
            if (!busy.contains(i)) {
                result.add(i);
            }
        }
        return result;
    }
}
