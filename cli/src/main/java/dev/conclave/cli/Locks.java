package dev.conclave.cli;

import dev.conclave.Durations;
import dev.conclave.Holder;
import dev.conclave.LockInfo;

/** How locks are shown: a line for each holder, and one for a lock that nobody holds. */
final class Locks {
    private Locks() {}

    static String state(LockInfo info) {
        return info.isFree() ? "free" : info.isShared() ? "shared" : "held";
    }

    static JsonLine json(LockInfo info, Holder holder) {
        return new JsonLine()
                .put("lock", info.name())
                .put("state", state(info))
                .put("member", holder.member())
                .put("incarnation", holder.incarnation())
                .put("token", holder.token())
                .put("since", holder.since())
                .put("expiresIn", Durations.format(holder.expiresIn()))
                .put("waiters", info.waiters());
    }

    static JsonLine jsonOfFree(LockInfo info) {
        return new JsonLine()
                .put("lock", info.name())
                .put("state", state(info))
                .put("member", null)
                .put("incarnation", null)
                .put("token", null)
                .put("since", null)
                .put("expiresIn", null)
                .put("waiters", info.waiters());
    }
}
