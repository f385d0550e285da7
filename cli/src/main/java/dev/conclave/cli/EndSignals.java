package dev.conclave.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The signals that ask conclave to end: SIGHUP, SIGINT, SIGTERM. While conclave waits, one ends the wait; while a
 * command runs, it is the command's, and conclave ends after it.
 *
 * <p>They are caught with sun.misc.Signal and not by a shutdown hook. A hook is not told which signal came, so it could
 * neither pass it on nor leave Ctrl-C to the terminal; and it runs while the VM is already going down, beside the hooks
 * of client libraries, when the locks are still held and the command still runs. A signal that was ignored when we were
 * started (nohup, a shell's background job) stays ignored, here and in the command.
 */
final class EndSignals {
    enum Kind {
        HUP(1),
        INT(2),
        TERM(15);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** As a shell tells of a program that this signal ended. */
        int exitCode() {
            return 128 + number;
        }
    }

    private final Thread main;
    private @Nullable Consumer<Kind> receiver;
    private @Nullable Kind last;

    private EndSignals(Thread main) {
        this.main = main;
    }

    /** Interrupts this thread when {@link #raise} is called; catches nothing by itself. */
    static EndSignals ofThread(Thread main) {
        return new EndSignals(main);
    }

    /** Catches the process's signals, and interrupts this thread when one comes. */
    static EndSignals ofProcess(Thread main) {
        EndSignals signals = new EndSignals(main);
        try {
            signals.install();
        } catch (ReflectiveOperationException | LinkageError e) {
            // A Java without jdk.unsupported, or one with -Xrs, which keeps the signals for the VM. It then ends at
            // once when
            // one comes, and what it held is free as soon as the backend sees its session end.
        }
        return signals;
    }

    /** By reflection: javac warns of sun.misc.Signal, which Java has nothing instead of, and that cannot be turned off. */
    private void install() throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Method handle = signal.getMethod("handle", signal, handler);
        for (Kind kind : Kind.values()) {
            Object ours = Proxy.newProxyInstance(
                    EndSignals.class.getClassLoader(), new Class<?>[] {handler}, new Handler(this, kind));
            handle.invoke(null, signal.getConstructor(String.class).newInstance(kind.name()), ours);
        }
    }

    /** A sun.misc.SignalHandler. */
    private record Handler(EndSignals signals, Kind kind) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
            if (method.getName().equals("handle")) {
                signals.raise(kind);
                return null;
            }
            // Signal compares handlers, and keeps them in a table.
            return switch (method.getName()) {
                case "hashCode" -> kind.exitCode();
                case "equals" -> arguments != null && proxy == arguments[0];
                default -> "the handler of SIG" + kind;
            };
        }
    }

    /** What the signal does, on the signal's own thread. */
    synchronized void raise(Kind kind) {
        last = kind;
        if (receiver == null) {
            main.interrupt();
        } else {
            receiver.accept(kind);
        }
    }

    /** The last signal that came. */
    synchronized Optional<Kind> received() {
        return Optional.ofNullable(last);
    }

    /** Signals go to the receiver from now on; a last one that came too early for it, too. */
    synchronized void deliverTo(Consumer<Kind> newReceiver) {
        receiver = newReceiver;
        Thread.interrupted();
        if (last != null) {
            newReceiver.accept(last);
        }
    }

    /** Signals end waits again. */
    synchronized void interruptWaits() {
        receiver = null;
    }

    /** From now on nothing ends early: everything is being given back, which is bounded. */
    synchronized void ignore() {
        receiver = kind -> {};
        Thread.interrupted();
    }
}
