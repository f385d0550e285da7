package dev.conclave.kit.process;

import com.google.gson.JsonObject;
import dev.conclave.ClaimState;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import java.util.Optional;

/** A grant that a member in another JVM has. */
public final class RemoteGrant {
    private final MemberProcess member;
    private final int handle;
    private final long token;
    private final long grantedAt;

    /**
     * When its holder believed in a grant, in the nanoseconds of {@code System.nanoTime()} that all processes here share.
     *
     * @param from when it began to ask
     * @param until when it was last told that the grant was valid
     */
    public record Interval(long from, long until) {}

    RemoteGrant(MemberProcess member, JsonObject granted) {
        this.member = member;
        this.handle = granted.get("handle").getAsInt();
        this.token = granted.get("token").getAsLong();
        this.grantedAt = granted.get("at").getAsLong();
    }

    /** The fencing token that came with the grant. */
    public long token() {
        return token;
    }

    /** When the member had it, by {@code System.nanoTime()}; the backend granted it earlier. */
    public long grantedAt() {
        return grantedAt;
    }

    /** The fencing token as the handle says it now. */
    public long tokenNow() throws Exception {
        return member.call("token", "handle", handle).getAsLong();
    }

    /** Asks the handle in its JVM. */
    public boolean isValid() throws Exception {
        return member.call("isValid", "handle", handle).getAsBoolean();
    }

    /** Asks the handle in its JVM. */
    public ClaimState state() throws Exception {
        return ClaimState.valueOf(member.call("state", "handle", handle).getAsString());
    }

    /** Has the member ask the backend. */
    public boolean verify() throws Exception {
        return member.call("verify", "handle", handle).getAsBoolean();
    }

    /** Has the member release it. */
    public ReleaseResult release() throws Exception {
        return ReleaseResult.valueOf(member.call("release", "handle", handle).getAsString());
    }

    /** Has the member ask {@code isValid()} without a break; see {@link #belief()}. */
    public void believe() throws Exception {
        member.call("believe", "handle", handle);
    }

    /** How long the member believed in the grant so far, since {@link #believe()}. */
    public Interval belief() throws Exception {
        JsonObject json = member.call("belief", "handle", handle).getAsJsonObject();
        return new Interval(json.get("from").getAsLong(), json.get("until").getAsLong());
    }

    /** Has the member write with its token for as long as the grant says that it is valid; see the stream {@code write}. */
    public void write() throws Exception {
        member.call("write", "handle", handle);
    }

    /** The reason if the member has been told that it lost the grant. */
    public Optional<LossReason> loss() {
        return member.events("lost").stream()
                .map(MemberProcess.Event::json)
                .filter(event -> event.get("handle").getAsInt() == handle)
                .map(event -> LossReason.valueOf(event.get("reason").getAsString()))
                .findFirst();
    }
}
