package io.luban.embeddedkube.watch;

import java.time.Duration;
import java.util.List;

/**
 * What a watch shall deliver.
 *
 * @param initial frames sent before anything else
 * @param after revision after which events are delivered
 */
record WatchSpec(
        View view, Selection selection, List<byte[]> initial, long after, Duration duration, boolean allowsBookmarks) {}
