package dev.conclave.table;

import java.nio.ByteBuffer;

/** Where the memory comes from. */
public interface Space {
    /**
     * Makes the memory longer, with real pages behind all of it: a store to a page that the disk has no room
     * for would crash the JVM.
     *
     * @param from how long it is for all processes; what is behind may be there, but is not known to be whole
     * @return all of the memory, from offset 0
     * @throws java.io.UncheckedIOException if there is no room; nothing has changed then
     */
    ByteBuffer grow(int from, int to);

    /** All of the memory, at least so long, after another process made it longer. */
    ByteBuffer map(int size);
}
