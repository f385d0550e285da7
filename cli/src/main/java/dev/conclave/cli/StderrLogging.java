package dev.conclave.cli;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Shows what libraries log as our own messages look: one line on stderr, from warnings up; with --verbose everything
 * from INFO up, and stack traces. A logging library would print a stack trace with any warning that has one.
 */
public final class StderrLogging implements SLF4JServiceProvider, ILoggerFactory {
    private static volatile boolean verbose;

    private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter mdc = new NOPMDCAdapter();

    /** Makes this the logging of the process, if no logger was asked for before. */
    static void choose(boolean isVerbose) {
        verbose = isVerbose;
        System.setProperty("slf4j.provider", StderrLogging.class.getName());
        // Or it would tell everybody that it found it.
        System.setProperty("slf4j.internal.verbosity", "WARN");
    }

    static boolean isVerbose() {
        return verbose;
    }

    static boolean shows(Level level) {
        return level.toInt() >= (verbose ? Level.INFO : Level.WARN).toInt();
    }

    @Override
    public Logger getLogger(String name) {
        return loggers.computeIfAbsent(name, StderrLogger::new);
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return this;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return mdc;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {}
}
