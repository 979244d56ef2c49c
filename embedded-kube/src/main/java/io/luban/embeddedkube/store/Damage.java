package io.luban.embeddedkube.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** What is said about a file that cannot be used: its name, what is wrong with it, what to do. */
final class Damage {
    private static final int PRIMARY_CODE = 0xff;

    private Damage() {}

    static StoreOpenException found(Path file, Exception problem) {
        return new StoreOpenException(
                "%s is damaged: %s. Nothing was changed. Restore a backup ('luban restore FILE --data DIR'), or save what is readable ('sqlite3 %s .recover')"
                        .formatted(file, problem.getMessage(), file.getFileName()),
                problem);
    }

    static StoreOpenException of(Path file, SQLException failure) {
        int code = failure.getErrorCode() & PRIMARY_CODE;
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code
                ? found(file, failure)
                : new StoreOpenException("%s cannot be opened: %s".formatted(file, failure.getMessage()), failure);
    }
}
