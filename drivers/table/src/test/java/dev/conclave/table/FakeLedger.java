package dev.conclave.table;

import java.util.Collection;

/** A ledger that passes on to another what a test does not want otherwise. */
class FakeLedger implements Ledger {
    private final Ledger ledger;

    FakeLedger(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public long created(long length, String group) {
        return ledger.created(length, group);
    }

    @Override
    public long deleted(long length, String group) {
        return ledger.deleted(length, group);
    }

    @Override
    public long reserved(long length, long mark) {
        return ledger.reserved(length, mark);
    }

    @Override
    public long rewrite(Collection<String> groups, long mark) {
        return ledger.rewrite(groups, mark);
    }

    @Override
    public Contents read() {
        return ledger.read();
    }
}
