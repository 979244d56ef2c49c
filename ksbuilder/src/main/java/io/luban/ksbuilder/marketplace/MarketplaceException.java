package io.luban.ksbuilder.marketplace;

/** A call that the marketplace refused or that did not reach it. */
public final class MarketplaceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure with its explanation. */
    public MarketplaceException(String message) {
        super(message);
    }
}
