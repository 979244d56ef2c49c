package io.luban.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;

/** Text or bytes that do not follow their format (JSON, YAML, selector, quantity …); the message says where and why. */
public final class ParseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A parse failure with its explanation. */
    public ParseException(String message) {
        super(message);
    }

    static ParseException of(IOException cause) {
        if (cause instanceof JsonProcessingException json) {
            var location = json.getLocation();
            var place = location == null
                    ? ""
                    : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
            return new ParseException("json: " + json.getOriginalMessage() + place);
        }
        return new ParseException("json: " + cause.getMessage());
    }
}
