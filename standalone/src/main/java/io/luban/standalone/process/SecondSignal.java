package io.luban.standalone.process;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a stop that takes too long for the person who asked for it: once the process is stopping, another SIGTERM or SIGINT
 * ends it at once with the exit code 1. Without this the virtual machine ignores it.
 */
public final class SecondSignal {
    private static final Logger log = LoggerFactory.getLogger(SecondSignal.class);
    private static final int INTERRUPTED = 1;

    private SecondSignal() {}

    /** From now on the next signal ends the process. To be called first in a shutdown hook. */
    public static void endsTheProcess() {
        for (var name : new String[] {"TERM", "INT"}) {
            try {
                arm(name);
            } catch (ReflectiveOperationException e) {
                // a virtual machine without this class, one that leaves signals alone (-Xrs), or no such signal
                log.atDebug()
                        .addKeyValue("name", name)
                        .addKeyValue("cause", e.toString())
                        .log("signal is not heard");
            }
        }
    }

    /** By name, because the compiler warns of the only class of the JDK that hears signals, and warnings fail the build. */
    private static void arm(String name) throws ReflectiveOperationException {
        var signal = Class.forName("sun.misc.Signal");
        var handler = Class.forName("sun.misc.SignalHandler");
        InvocationHandler halting = (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            return proxy;
        };
        var ours = Proxy.newProxyInstance(SecondSignal.class.getClassLoader(), new Class<?>[] {handler}, halting);
        signal.getMethod("handle", signal, handler)
                .invoke(signal, signal.getConstructor(String.class).newInstance(name), ours);
    }
}
