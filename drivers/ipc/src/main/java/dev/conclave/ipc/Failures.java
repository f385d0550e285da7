package dev.conclave.ipc;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.table.DamagedTableException;
import dev.conclave.table.StoreGoneException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says what is wrong with a store, and what to do now. */
final class Failures {
    private Failures() {}

    /**
     * Any failure of a step or of opening, as an application can read it.
     *
     * @param store how the store is called
     */
    static ConclaveException of(Object store, Throwable failure) {
        if (failure instanceof ConclaveException known) {
            return known;
        }
        if (failure instanceof SystemVException refused) {
            return refused(store, refused);
        }
        if (failure instanceof StoreGoneException) {
            return new BackendUnavailableException(
                    "the store " + store + " was removed while it was in use (" + failure.getMessage()
                            + "): all sessions in it have ended, and members meet in a new one",
                    failure);
        }
        if (failure instanceof StoreFullException full) {
            return full(store, full);
        }
        if (failure instanceof DamagedTableException) {
            return new MisconfiguredException(
                    "the store " + store + " is damaged: " + failure.getMessage()
                            + ". Something else wrote to its shared memory. Remove it: conclave leftovers --remove '"
                            + store
                            + "' --force",
                    failure);
        }
        if (failure instanceof LinkageError) {
            return new UnsupportedDeploymentException(
                    "the driver for ipc: cannot call the C library: " + failure.getMessage()
                            + ". JNA needs a folder in which it may put its native library and load it (-Djna.tmpdir=DIR), or the"
                            + " library installed (-Djna.boot.library.path=DIR)",
                    failure);
        }
        return new BackendUnavailableException(
                "a step on the store " + store + " failed and was undone: " + failure, failure);
    }

    private static ConclaveException full(Object store, StoreFullException failure) {
        String what = failure.option().equals("size") ? "memory" : "places for processes";
        return new BackendUnavailableException(
                "the store " + store + " has no " + what
                        + " left; nothing was changed. Who makes a store decides how much it"
                        + " has: stop its members, remove it (conclave leftovers --remove '" + store
                        + "'), and connect with a greater ?" + failure.option() + "=",
                failure);
    }

    private static ConclaveException refused(Object store, SystemVException failure) {
        int errno = failure.errno();
        if (errno == SystemV.EACCES || errno == SystemV.EPERM) {
            return new MisconfiguredException(
                    "user " + System.getProperty("user.name", "?") + " may not use the store " + store
                            + ": it belongs to another user. Run all members as one user; or let its owner remove it and make it"
                            + " anew with ?permissions=group, for members of one group that all say so",
                    failure);
        }
        if (errno == SystemV.ENOSYS) {
            return new UnsupportedDeploymentException(
                    "this system's kernel has no System V IPC, which the store " + store
                            + " needs; use a file: store on a local disk instead",
                    failure);
        }
        if (errno == SystemV.ENOSPC || errno == SystemV.ENOMEM || errno == SystemV.EINVAL || errno == SystemV.E2BIG) {
            return new BackendUnavailableException(
                    "the store " + store + " cannot be made or used: " + failure.getMessage()
                            + ", a limit of this host. "
                            + limits(failure.call())
                            + ". See what is there with ipcs, and remove what nobody needs; conclave leftovers lists stores of"
                            + " Conclave",
                    failure);
        }
        return new BackendUnavailableException("the store " + store + " could not be used: " + failure, failure);
    }

    /** The kernel's settings that a call can run against, with their values where they are known. */
    private static String limits(String call) {
        return switch (call) {
            case "shmget", "shmat" ->
                "The kernel allows " + value("shmmni") + " segments (kernel.shmmni), " + value("shmmax")
                        + " bytes in one (kernel.shmmax), and " + value("shmall")
                        + " pages in all (kernel.shmall); option size says how large this one is to be";
            default ->
                "The kernel's settings for semaphores (kernel.sem: how many in a set, in all, in a call, and how many"
                        + " sets) are " + value("sem")
                        + "; option processes says how large this set is to be: two for each, and"
                        + " one";
        };
    }

    /** In one read, and not as {@link Files#readString} does it: the kernel tells only the first reader of such a file. */
    static String value(String setting) {
        try (BufferedReader reader = Files.newBufferedReader(Path.of("/proc/sys/kernel", setting))) {
            String line = reader.readLine();
            return line == null ? "not known" : line.trim().replaceAll("\\s+", " ");
        } catch (IOException e) {
            return "not known";
        }
    }
}
