package io.luban.embeddedkube.expression;

/** What evaluations may still cost; used by one thread. */
public final class CostBudget {
    /** Most that one evaluation may cost. */
    public static final long PER_EXPRESSION = 1_000_000;

    /** Most that the expressions about one object may cost together. */
    public static final long PER_OBJECT = 10_000_000;

    private long remaining;

    /** A budget of that size. */
    public CostBudget(long size) {
        this.remaining = size;
    }

    /** Most that the next evaluation may cost. */
    public long limit() {
        return Math.min(PER_EXPRESSION, Math.max(remaining, 0));
    }

    /** Notes what an evaluation cost. */
    public void spend(long cost) {
        remaining -= cost;
    }

    /** Whether nothing is left. */
    public boolean isExhausted() {
        return remaining <= 0;
    }
}
