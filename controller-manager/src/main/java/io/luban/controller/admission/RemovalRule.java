package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/** Plans that are asked to go away, also for a second time, of which the stored object would tell nothing. */
record RemovalRule(Consumer<String> asked) implements Rule {
    @Override
    public void removed(JsonNode object) {
        asked.accept(object.at("/metadata/name").asText(""));
    }
}
