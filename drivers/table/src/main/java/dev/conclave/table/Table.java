package dev.conclave.table;

import java.util.List;
import java.util.function.Consumer;

/**
 * The shared table as one process sees it. All methods are called under the mutex, by one thread at a time.
 *
 * <p>A step is whatever is done between {@link #enter} and {@link #commit}; it takes effect entirely or, if
 * {@link #abandon} is called or the process dies, not at all.
 */
public final class Table {
    private static final long MIN_LEDGER_LIMIT = 256 * 1024;

    private static final int NOWHERE = -1;

    private final Arena arena;
    private final Wakes wakes = new Wakes();
    private final Processes processes;
    private final Index index;
    private final Sessions sessions;
    private final Groups groups;
    private final Endings endings;
    private final Sweep sweep;
    private final Serials serials;
    private final Ledger ledger;
    private final ClaimSteps claimSteps;
    private final GroupSteps groupSteps;
    private final SessionSteps sessionSteps;
    private int self;
    private int place = NOWHERE;

    /** Works on the memory; {@link #isUsable} or {@link #reset} comes first. */
    public Table(Memory memory, Space space, Liveness liveness, Ledger ledger, Clock clock) {
        this.arena = new Arena(memory, space);
        this.ledger = ledger;
        this.serials = new Serials(arena, ledger);
        Texts texts = new Texts(arena);
        this.index = new Index(arena, texts);
        this.processes = new Processes(arena, wakes);
        this.sessions = new Sessions(arena, index, processes, wakes, clock);
        Claims claims = new Claims(arena, texts, index, processes, sessions, serials, clock);
        this.groups = new Groups(arena, texts, index, processes, sessions, serials, clock);
        this.endings = new Endings(arena, sessions, claims, groups);
        this.sweep = new Sweep(arena, processes, sessions, endings, liveness, clock);
        this.claimSteps = new ClaimSteps(sessions, index, claims);
        this.groupSteps = new GroupSteps(arena, index, sessions, groups, endings, ledger);
        this.sessionSteps = new SessionSteps(sessions, claims, groupSteps, endings);
    }

    /** The steps that claim names. */
    public ClaimSteps claims() {
        return claimSteps;
    }

    /** The steps on groups. */
    public GroupSteps groups() {
        return groupSteps;
    }

    /** The steps on sessions. */
    public SessionSteps sessions() {
        return sessionSteps;
    }

    /** How large a fresh table is. */
    public static int initialSize() {
        return 512 * 1024;
    }

    /** Whether the memory holds a table of any version. */
    public static boolean isTable(Memory memory) {
        return memory.size() >= Layout.JOURNAL && memory.get(Layout.MAGIC) == Layout.MAGIC_NUMBER;
    }

    /** The version of a table's layout. */
    public static long version(Memory memory) {
        return memory.get(Layout.VERSION);
    }

    /** The version that this code reads and writes. */
    public static long ownVersion() {
        return Layout.VERSION_NUMBER;
    }

    /** Whether a table of this version was made in this run of the machine and by this clock. */
    public static boolean isUsable(Memory memory, long[] run) {
        return isTable(memory)
                && version(memory) == Layout.VERSION_NUMBER
                && memory.get(Layout.RUN) == run[0]
                && memory.get(Layout.RUN + 8) == run[1];
    }

    /** Makes an empty table of zeroed memory, with what the ledger knows. No other process may use it. */
    public void reset(long[] run) {
        Memory memory = arena.memory();
        memory.publish(Layout.MAGIC, 0);
        memory.set(Layout.VERSION, Layout.VERSION_NUMBER);
        memory.set(Layout.SIZE, memory.size());
        memory.set(Layout.TOP, Layout.BLOCKS);
        memory.set(Layout.RUN, run[0]);
        memory.set(Layout.RUN + 8, run[1]);
        Ledger.Contents contents = ledger.read();
        memory.set(Layout.SERIAL, contents.mark());
        memory.set(Layout.SERIAL_MARK, contents.mark() + contents.groups().size() + Serials.BLOCK);
        for (String group : contents.groups()) {
            groups.create(Index.Key.of(Index.GROUP, group));
            arena.commit();
        }
        rewriteLedger();
        wakes.drain();
        memory.publish(Layout.MAGIC, Layout.MAGIC_NUMBER);
    }

    /** Adds this process, and returns its place: a small number that no other process of the table has. */
    public int register(long pid) {
        self = processes.add(pid);
        place = processes.place(self);
        return place;
    }

    /** Acts for a process that is there already; for tests. */
    void adopt(int process) {
        self = process;
        place = processes.place(process);
    }

    /** Removes this process and ends its sessions. */
    public void unregister() {
        for (int session = sessions.firstOf(self); session != 0; session = sessions.firstOf(self)) {
            endings.end(session);
        }
        processes.remove(self);
        arena.commit();
        self = 0;
        place = NOWHERE;
    }

    /** The record of this process. */
    public int self() {
        return self;
    }

    /** The place of this process. */
    public int place() {
        return place;
    }

    /** Which subjects this process wants to be woken for. */
    public void watch(Iterable<Long> subjects) {
        long mask = 0;
        for (long subject : subjects) {
            mask |= Processes.bit(subject);
        }
        processes.watch(self, mask);
    }

    /** Begins after the mutex was taken: undoes what a dead process left half done. */
    public void enter(long pid) {
        arena.refresh();
        undo();
        arena.memory().set(Layout.OWNER, pid);
    }

    /** The ledger may have what is undone. That is said first: who dies once all is undone could not say it any more. */
    private void undo() {
        if (arena.isChanged()) {
            arena.memory().set(Layout.LEDGER_DIRTY, 1);
        }
        arena.rollback();
    }

    /** Ends the sessions of the dead, if it was not done lately. */
    public void sweep() {
        sweep.ifDue(self);
        arena.commit();
    }

    /** Ends the sessions of the dead. */
    public void sweepNow() {
        sweep.now(self);
        arena.commit();
    }

    /** Makes what was done take effect. */
    public void commit() {
        arena.commit();
    }

    /** Undoes what was done since the last commit. */
    public void abandon() {
        undo();
    }

    /** Passes on whom {@link #wakes} will name of the other processes, while still in the mutex. */
    void noteWakes(Consumer<Wake> noted) {
        for (Wake wake : wakes.pending()) {
            if (wake.place() != place) {
                noted.accept(wake);
            }
        }
    }

    /** Whom to wake, after the mutex was given back. */
    public List<Wake> wakes() {
        return wakes.drain();
    }

    /** Which process is in the mutex or was last. */
    public long owner() {
        return owner(arena.memory());
    }

    /** Which process is in the mutex or was last. */
    public static long owner(Memory memory) {
        return memory.get(Layout.OWNER);
    }

    /** Whether {@link #maintain} must succeed before the next step. */
    public boolean isMaintenanceNeeded() {
        return serials.areShort();
    }

    /** Whether {@link #maintain} would be good, and must succeed before a step that writes to the ledger. */
    public boolean isMaintenanceDue() {
        return serials.areLow() || isLedgerWrong();
    }

    private boolean isLedgerWrong() {
        return arena.get(Layout.LEDGER_DIRTY) != 0 || arena.get(Layout.LEDGER_LENGTH) > arena.get(Layout.LEDGER_LIMIT);
    }

    /** Brings the ledger up to date; writes to the disk. */
    public void maintain() {
        if (isLedgerWrong()) {
            rewriteLedger();
        }
        if (serials.areLow()) {
            serials.reserve();
        }
    }

    private void rewriteLedger() {
        long length = ledger.rewrite(groupSteps.all(), serials.mark());
        arena.set(Layout.LEDGER_LENGTH, length);
        arena.set(Layout.LEDGER_LIMIT, 2 * length + MIN_LEDGER_LIMIT);
        arena.commit();
        arena.memory().set(Layout.LEDGER_DIRTY, 0);
    }
}
