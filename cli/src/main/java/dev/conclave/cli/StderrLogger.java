package dev.conclave.cli;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger of {@link StderrLogging}. */
final class StderrLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    StderrLogger(String name) {
        this.name = name;
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return StderrLogging.shows(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        String kind = level == Level.WARN ? "warning: " : level == Level.INFO ? "info: " : "";
        String cause = failure == null || StderrLogging.isVerbose() ? "" : " (" + failure + ")";
        // System.err and not the console: drivers log before, beside and after a run.
        System.err.println("conclave: " + kind + Text.shown(message + cause));
        if (failure != null && StderrLogging.isVerbose()) {
            failure.printStackTrace();
        }
    }
}
