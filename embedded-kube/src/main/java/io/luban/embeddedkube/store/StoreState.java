package io.luban.embeddedkube.store;

/** Everything that is visible at one revision; swapped as a whole so that no reader sees half a commit. */
record StoreState(long revision, ObjectTree[] trees) {
    static final StoreState EMPTY = new StoreState(0, new ObjectTree[0]);

    /** The tree of the resource with that number; an empty one when nothing was ever stored. */
    ObjectTree tree(int resource) {
        return resource < trees.length ? trees[resource] : ObjectTree.EMPTY;
    }
}
