package io.luban.ksbuilder.command;

import io.luban.ksbuilder.marketplace.Account;
import io.luban.ksbuilder.marketplace.Marketplace;
import io.luban.model.Ids;
import java.nio.file.Path;

/** The marketplace as the user of this session. */
record MarketplaceSession(Session session, Ids ids) {
    Path accountFile() {
        return Account.file(session.home());
    }

    Marketplace open() {
        return new Marketplace(Account.load(accountFile()), ids);
    }
}
