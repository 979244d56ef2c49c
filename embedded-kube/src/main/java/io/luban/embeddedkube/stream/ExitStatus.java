package io.luban.embeddedkube.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;

/** What the error channel says at the end of a command. */
record ExitStatus(int code, String failure) {
    static ExitStatus exited(int code) {
        return new ExitStatus(code, "");
    }

    static ExitStatus failed(String message) {
        return new ExitStatus(0, message);
    }

    /** As a Status object, or as text for clients of the first protocols, who hear of failures only. */
    byte[] encoded(boolean asObject) {
        if (asObject) {
            return Json.bytes(json());
        }
        var text = !failure.isEmpty() ? failure : code == 0 ? "" : exitText();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode json() {
        var json = Json.object();
        json.putObject("metadata");
        if (!failure.isEmpty()) {
            return json.put("status", "Failure")
                    .put("message", failure)
                    .put("reason", "InternalError")
                    .put("code", 500);
        }
        if (code == 0) {
            return json.put("status", "Success");
        }
        json.put("status", "Failure").put("message", exitText()).put("reason", "NonZeroExitCode");
        json.putObject("details")
                .putArray("causes")
                .addObject()
                .put("reason", "ExitCode")
                .put("message", Integer.toString(code));
        return json;
    }

    private String exitText() {
        return "command terminated with non-zero exit code: exit status " + code;
    }
}
