/**
 * Which of several replicas acts: {@link io.luban.controller.leadership.LeaderElection} over a Lease, and the hand-over of
 * requests that only the leader can answer. Knows nothing of what the leader does.
 */
@NullMarked
package io.luban.controller.leadership;

import org.jspecify.annotations.NullMarked;
