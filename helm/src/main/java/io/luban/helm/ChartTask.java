package io.luban.helm;

import java.nio.file.Path;
import java.util.Properties;

/** What a worker does with a chart in a folder, without a cluster. The paths are absolute. */
sealed interface ChartTask {
    /** Describes it in the worker's terms. */
    Properties request();

    record Render(Path chart, ChartRendering settings, Path output) implements ChartTask {
        @Override
        public Properties request() {
            var request = new Properties();
            request.setProperty("action", "template");
            request.setProperty("chart", chart.toString());
            request.setProperty("output", output.toString());
            request.setProperty("release", settings.release());
            request.setProperty("namespace", settings.namespace());
            request.setProperty("kubeVersion", settings.kubeVersion());
            return request;
        }
    }

    record Lint(Path chart, boolean strict, Path output) implements ChartTask {
        @Override
        public Properties request() {
            var request = new Properties();
            request.setProperty("action", "lint");
            request.setProperty("chart", chart.toString());
            request.setProperty("strict", Boolean.toString(strict));
            request.setProperty("output", output.toString());
            return request;
        }
    }

    record Create(String name, Path directory) implements ChartTask {
        @Override
        public Properties request() {
            var request = new Properties();
            request.setProperty("action", "create");
            request.setProperty("release", name);
            request.setProperty("output", directory.toString());
            return request;
        }
    }
}
