package dev.conclave.file;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.table.DamagedTableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a store, and what to do now. */
final class Failures {
    private Failures() {}

    /**
     * Any failure of a step or of opening, as an application can read it.
     *
     * @param store the store's directory, or the URL if that is not known
     */
    static ConclaveException of(Object store, Throwable failure) {
        if (failure instanceof ConclaveException known) {
            return known;
        }
        if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return ofIo(store, unchecked.getCause());
        }
        if (failure instanceof IOException io) {
            return ofIo(store, io);
        }
        if (failure instanceof DamagedTableException) {
            return new MisconfiguredException(
                    "the store " + store + " is damaged: " + failure.getMessage()
                            + ". Something else wrote to it. Stop all members that use it and delete its file table; groups and"
                            + " the growth of tokens are kept elsewhere",
                    failure);
        }
        if (failure instanceof InternalError) {
            return new BackendUnavailableException(
                    "the store " + store + " cannot be read: its table was cut off or its"
                            + " disk fails. Stop all members that use it and delete its file table",
                    failure);
        }
        return new BackendUnavailableException(
                "a step on the store " + store + " failed and was undone: " + failure, failure);
    }

    private static ConclaveException ofIo(Object store, IOException failure) {
        String words = words(failure);
        if (words.contains("no space left") || words.contains("quota exceeded")) {
            return new BackendUnavailableException(
                    "the disk under the store " + store
                            + " is full; nothing was changed. Free some space and try again",
                    failure);
        }
        if (words.contains("read-only file system")) {
            return new MisconfiguredException(
                    "the store " + store
                            + " is on a read-only file system; mount it writable or name another directory",
                    failure);
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied(store, denied);
        }
        // Newer JDKs say of a file in the path that it exists, where older ones said that it is no directory.
        if (failure instanceof NotDirectoryException
                || failure instanceof FileAlreadyExistsException
                || words.contains("not a directory")) {
            return new MisconfiguredException(
                    "the store " + store + " cannot be there: a part of the path is a file", failure);
        }
        if (words.contains("no locks available")) {
            return new UnsupportedDeploymentException(
                    "the file system under the store " + store + " has no locks to give; put the store on a local disk",
                    failure);
        }
        return new BackendUnavailableException("the store " + store + " could not be used: " + failure, failure);
    }

    private static String words(IOException failure) {
        String reason = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return reason == null ? "" : reason.toLowerCase(Locale.ROOT);
    }

    private static ConclaveException denied(Object store, AccessDeniedException failure) {
        String user = System.getProperty("user.name", "?");
        String file = failure.getFile();
        return new MisconfiguredException(
                "user " + user + " may not use the store " + store + ": no access to " + file
                        + description(file)
                        + ". Run all members as one user; or let the store's owner delete it, give its parent"
                        + " directory a common group (chgrp, chmod g+rwxs), and connect with ?permissions=group",
                failure);
    }

    private static String description(@Nullable String file) {
        Path path = Path.of(file == null ? "" : file);
        while (path != null) {
            try {
                var attributes = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return " (" + path + " belongs to " + attributes.owner().getName() + ":"
                        + attributes.group().getName() + ", " + PosixFilePermissions.toString(attributes.permissions())
                        + ")";
            } catch (IOException | UnsupportedOperationException e) {
                path = path.getParent();
            }
        }
        return "";
    }
}
