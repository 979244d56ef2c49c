package io.luban.embeddedkube.store;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads columns that are never empty in a sound file. */
final class Columns {
    private Columns() {}

    /** The text of a column, counted from 1. */
    static String text(ResultSet row, int column) throws SQLException, IOException {
        var text = row.getString(column);
        if (text == null) {
            throw new IOException("a row lacks its column " + column);
        }
        return text;
    }

    /** The bytes of a column, counted from 1. */
    static byte[] bytes(ResultSet row, int column) throws SQLException, IOException {
        var bytes = row.getBytes(column);
        if (bytes == null) {
            throw new IOException("a row lacks its column " + column);
        }
        return bytes;
    }
}
