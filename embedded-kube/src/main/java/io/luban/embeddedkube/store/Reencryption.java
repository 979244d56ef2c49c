package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the Secrets of a database under the key that the store was given, in one transaction. */
final class Reencryption {
    private static final Logger log = LoggerFactory.getLogger(Reencryption.class);
    private static final String SECRETS = "key LIKE 'secrets/%'";

    private final Connection connection;
    private final RowCodec before;
    private final RowCodec after;

    private Reencryption(Connection connection, Optional<ValueCipher> before, Optional<ValueCipher> after) {
        this.connection = connection;
        this.before = new RowCodec(before);
        this.after = new RowCodec(after);
    }

    /** Does nothing when the file is under that key already; refuses when the key it is under is unknown. */
    static void ensure(Path file, Connection connection, EncryptionKeys keys) throws SQLException, IOException {
        var present = MetaTable.read(connection, MetaTable.ENCRYPTION).orElse("");
        var cipher = keys.cipherOf(present, file);
        if (present.equals(keys.activeFingerprint())) {
            return;
        }
        if (keys.origin().isEmpty()) {
            return;
        }
        // what was there before must not be found in pages set free
        Connections.execute(connection, "PRAGMA secure_delete=ON");
        connection.setAutoCommit(false);
        try {
            new Reencryption(connection, cipher, keys.active()).run();
            MetaTable.write(connection, MetaTable.ENCRYPTION, keys.activeFingerprint());
            connection.commit();
        } catch (SQLException | IOException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
        Connections.execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        Connections.execute(connection, "PRAGMA secure_delete=OFF");
        log.atInfo()
                .addKeyValue("encrypted", keys.active().isPresent())
                .log("the Secrets of the store were written anew under another key");
    }

    private void run() throws SQLException, IOException {
        objects();
        large();
        events();
    }

    private int form(int old) {
        int others = old & ~RowCodec.ENCRYPTED;
        return after.cipher().isPresent() ? others | RowCodec.ENCRYPTED : others;
    }

    private byte[] recode(int form, String key, long revision, byte[] value) throws IOException {
        return after.encode(form(form), key, revision, before.decode(form, key, revision, value));
    }

    private void objects() throws SQLException, IOException {
        try (var select = connection.createStatement();
                var rows = select.executeQuery(
                        "SELECT create_revision, mod_revision, key, form, value FROM object WHERE " + SECRETS);
                var update = connection.prepareStatement(
                        "UPDATE object SET form = ?, sum = ?, value = ? WHERE create_revision = ?")) {
            while (rows.next()) {
                long created = rows.getLong(1);
                long revision = rows.getLong(2);
                var key = Columns.text(rows, 3);
                int form = rows.getInt(4);
                var value = Columns.bytes(rows, 5);
                boolean isElsewhere = (form & RowCodec.LARGE) != 0;
                var recoded = isElsewhere ? value : recode(form, key, revision, value);
                update.setInt(1, form(form));
                update.setLong(2, RowCodec.objectSum(key, created, revision, form(form), recoded));
                update.setBytes(3, recoded);
                update.setLong(4, created);
                update.executeUpdate();
            }
        }
    }

    private void large() throws SQLException, IOException {
        try (var select = connection.createStatement();
                var rows = select.executeQuery("SELECT revision, key, form, value FROM large WHERE " + SECRETS);
                var update = connection.prepareStatement(
                        "UPDATE large SET form = ?, sum = ?, value = ? WHERE revision = ?")) {
            while (rows.next()) {
                long revision = rows.getLong(1);
                var key = Columns.text(rows, 2);
                int form = rows.getInt(3);
                var recoded = recode(form, key, revision, Columns.bytes(rows, 4));
                update.setInt(1, form(form));
                update.setLong(2, RowCodec.largeSum(key, revision, form(form), recoded));
                update.setBytes(3, recoded);
                update.setLong(4, revision);
                update.executeUpdate();
            }
        }
    }

    private void events() throws SQLException, IOException {
        try (var select = connection.createStatement();
                var rows = select.executeQuery("SELECT %s FROM event WHERE %s AND previous_revision > 0"
                        .formatted(EventRow.COLUMNS, SECRETS));
                var replace = connection.prepareStatement(
                        "INSERT OR REPLACE INTO event (%s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                .formatted(EventRow.COLUMNS))) {
            while (rows.next()) {
                var row = EventRow.read(rows);
                boolean isElsewhere = (row.form() & RowCodec.LARGE) != 0;
                var recoded = isElsewhere
                        ? row.previous()
                        : recode(row.form(), row.key(), row.previousRevision(), row.previous());
                row.with(form(row.form()), recoded).bind(replace);
                replace.executeUpdate();
            }
        }
    }
}
