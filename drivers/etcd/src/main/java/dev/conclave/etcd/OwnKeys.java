package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.SessionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which key stands for a request. Until it is compacted, a server keeps each key that ever was in its index, and goes through all of a
 * name at each claim; so a session has one key for those of its requests for a name that come one after the other. It is used again only
 * when nothing that was sent about it can have an effect any more. Otherwise it stays taken while the session lives, and a request gets a
 * key that no other ever has. Thread-safe.
 */
final class OwnKeys {
    private final Keys keys;
    private final Map<ByteString, SessionId> taken = new ConcurrentHashMap<>();

    OwnKeys(Keys keys) {
        this.keys = keys;
    }

    ByteString take(ClaimId id, boolean shared) {
        ByteString again = keys.claimAgain(id, shared);
        return taken.putIfAbsent(again, id.session()) == null ? again : keys.claim(id, shared);
    }

    /** Of a request of which all is known to be over. */
    void free(ByteString key) {
        taken.remove(key);
    }

    void forget(SessionId session) {
        taken.values().removeIf(session::equals);
    }
}
