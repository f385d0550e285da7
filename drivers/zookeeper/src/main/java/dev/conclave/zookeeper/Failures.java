package dev.conclave.zookeeper;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.KeeperException;

/** What went wrong, in the words of those who have to mend it. */
final class Failures {
    private final Deployment deployment;
    private final String member;

    Failures(Deployment deployment, String member) {
        this.deployment = deployment;
        this.member = member;
    }

    /** The step with its failures translated. */
    <T> CompletableFuture<T> explained(String what, CompletableFuture<T> step) {
        return step.exceptionallyCompose(failure -> CompletableFuture.failedFuture(of(what, cause(failure))));
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** Whether the server has ended the session in which it was asked. */
    static boolean isNoSession(Throwable failure) {
        return cause(failure) instanceof KeeperException.SessionExpiredException;
    }

    /** Whether the connection broke before the answer came. */
    static boolean isConnectionLoss(Throwable failure) {
        return cause(failure) instanceof KeeperException.ConnectionLossException;
    }

    Throwable of(String what, Throwable failure) {
        if (failure instanceof ConclaveException || failure instanceof Error) {
            return failure;
        }
        if (failure instanceof KeeperException refused) {
            switch (refused.code()) {
                case NOAUTH, AUTHFAILED, INVALIDACL, SESSIONCLOSEDREQUIRESASLAUTH -> {
                    return new MisconfiguredException(
                            deployment + " does not let member " + member + " in: " + what + " was refused ("
                                    + refused.code() + path(refused)
                                    + "); check the user and password of the URL, and the ACL of the node",
                            refused);
                }
                case QUOTAEXCEEDED -> {
                    return new MisconfiguredException(
                            deployment + " has no room within its quota for " + what + path(refused), refused);
                }
                case UNIMPLEMENTED -> {
                    return tooOld(refused);
                }
                default -> {
                    // The outcome is not known.
                }
            }
        }
        return new BackendUnavailableException(
                deployment + " did not answer member " + member + " to: " + what + " (" + brief(failure) + ")"
                        + deployment.trouble(),
                failure);
    }

    UnsupportedDeploymentException tooOld(Throwable cause) {
        return new UnsupportedDeploymentException(
                deployment + " is too old: it has no persistent watches; use ZooKeeper 3.6 or newer", cause);
    }

    BackendUnavailableException silent(String within) {
        return new BackendUnavailableException(
                deployment + " did not open a session for member " + member + " within " + within
                        + deployment.trouble(),
                null);
    }

    private static String path(KeeperException failure) {
        return failure.getPath() == null ? "" : " for " + failure.getPath();
    }

    private static String brief(Throwable failure) {
        return failure instanceof KeeperException keeper ? keeper.code().toString() : failure.toString();
    }
}
