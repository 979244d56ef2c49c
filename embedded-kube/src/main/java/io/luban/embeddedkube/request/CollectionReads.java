package io.luban.embeddedkube.request;

import io.luban.embeddedkube.store.StoredObject;
import io.luban.http.Reply;

/** The reading side for collections and for forms other than the object itself. */
interface CollectionReads {
    /** A list in the negotiated form. */
    Reply list(ResourceCall call);

    /** A stream of changes, over HTTP or WebSocket. */
    Reply watch(ResourceCall call);

    /** One object as a table of one row or as its metadata alone. */
    Reply one(ResourceCall call, StoredObject object, MediaChoice choice);
}
