package dev.conclave.etcd;

import com.google.protobuf.ByteString;

/**
 * One life of the namespace: from when its first member found nothing there, until what is stored is lost. Tokens and the revisions of
 * groups are etcd's revisions added to the microseconds at which the life began. A server that lost its data counts from zero again, but
 * members have then begun another life, later than the former one by more microseconds than revisions were made in it.
 *
 * @param text as it is stored; of no two lives the same
 * @param base what is added to a revision
 */
record Life(ByteString text, long base) {
    static Life of(ByteString text) {
        String stored = Keys.text(text);
        return new Life(text, Long.parseLong(stored.substring(0, stored.indexOf(' '))));
    }

    static Life begin(long base, String unique) {
        return of(Keys.bytes(base + " " + unique));
    }

    long number(long revision) {
        return base + revision;
    }
}
