package dev.conclave.kit.process;

/** An exception that a member threw in its own JVM. */
public final class RemoteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String type;

    RemoteException(String type, String message) {
        super(type + ": " + message);
        this.type = type;
    }

    /** The simple name of its class. */
    public String type() {
        return type;
    }
}
