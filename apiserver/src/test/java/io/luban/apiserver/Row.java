package io.luban.apiserver;

/** One row of a table of rules: what it says, and how it is checked. */
record Row(String name, Check check) {
    /** Fails with an assertion. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
