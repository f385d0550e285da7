package dev.conclave.table;

/** Where things are in the memory. A change here is a new {@link #VERSION_NUMBER}. */
final class Layout {
    /** "CONCLAVE" as it stands in the file. */
    static final long MAGIC_NUMBER = 0x45564143_4e4f4343L;

    static final long VERSION_NUMBER = 3;

    // The header. Magic and version stay where they are in all versions.
    static final int MAGIC = 0;
    static final int VERSION = 8;
    /** How many bytes may be used; what lies behind is not there yet. */
    static final int SIZE = 16;
    /** Where never used blocks begin. */
    static final int TOP = 24;
    /** The first block of the free list, or 0. */
    static final int FREE = 32;
    /** How many entries of the journal are to be undone if their writer died. */
    static final int JOURNAL_COUNT = 40;
    /** Which process is in the mutex or was last; only for messages. */
    static final int OWNER = 48;
    /** The last serial number, of which fencing tokens and revisions of groups are made. */
    static final int SERIAL = 56;
    /** The last serial number that may be given before the next block of them is reserved. */
    static final int SERIAL_MARK = 64;
    /** How long the ledger is. */
    static final int LEDGER_LENGTH = 72;
    /** 1 if the ledger may not agree with the table. */
    static final int LEDGER_DIRTY = 80;
    /** How long the ledger may get before it is rewritten without what was deleted. */
    static final int LEDGER_LIMIT = 88;
    /** When dead sessions were last looked for. */
    static final int SWEPT_AT = 96;
    /** First and last process. */
    static final int PROCESSES = 104;
    /** Two words: in which run of the machine, and by which clock, the table was made. */
    static final int RUN = 120;
    /** Grows when a session ends otherwise than by its deadline. */
    static final int ENDINGS = 136;
    /** Who is in the mutex, or 0; on a line of its own, since those who want it look at it again and again. */
    static final int MUTEX = 192;
    /** Who has been waiting for the mutex for long, of those who do, or 0. */
    static final int WAITING = 200;
    /** Which process is in the gate or was last; only for messages. */
    static final int COMING = 208;

    static final int JOURNAL = 4096;
    static final int JOURNAL_ENTRIES = 4096;
    static final int BUCKETS = JOURNAL + JOURNAL_ENTRIES * 16;
    static final int BUCKET_COUNT = 16_384;
    static final int BLOCKS = BUCKETS + BUCKET_COUNT * 8;

    /** All that is stored is in blocks of this size, the first word of which links it to another. */
    static final int BLOCK = 192;

    static final int LINK = 0;

    private Layout() {}
}
