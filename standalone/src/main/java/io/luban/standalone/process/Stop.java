package io.luban.standalone.process;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until the process is asked to stop, and stops it in order. */
public final class Stop {
    private static final Logger log = LoggerFactory.getLogger(Stop.class);

    private Stop() {}

    /**
     * Never returns. The process ends with 0 although a signal asked for it: stopping in order is no failure.
     *
     * @param announcement tells that the process is ready; run once a signal stops it in order, as one may come at once
     */
    public static void await(String name, AutoCloseable process, PrintWriter out, Runnable announcement)
            throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            SecondSignal.endsTheProcess();
            try {
                process.close();
            } catch (Exception e) {
                log.atError().setCause(e).log("a part did not close");
            }
            out.println(name + " has stopped");
            out.flush();
            Runtime.getRuntime().halt(0);
        }));
        announcement.run();
        out.flush();
        new CountDownLatch(1).await();
    }
}
