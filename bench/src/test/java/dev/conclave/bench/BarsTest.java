package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of bars")
class BarsTest {
    private static String row(String bar, Sheet... sheets) {
        return new Bars(List.of(sheets))
                .table()
                .lines()
                .filter(line -> line.contains(bar))
                .findFirst()
                .orElseThrow()
                .split("\\|", -1)[2]
                .strip();
    }

    @Test
    @DisplayName("says that a bar is met, and how our figure is to whose")
    void saysMet() {
        Sheet sheet = Samples.cycle(900, 99, 2.01);

        assertThat(row("one thread", sheet)).isEqualTo("met: 0.90 × 1.0 <raw>");
        assertThat(row("CPU a cycle", sheet)).isEqualTo("met: 0.99 × peer");
        assertThat(row("2 round trips", sheet)).isEqualTo("met: 2.01 round trips");
        assertThat(row("no more requests", sheet)).isEqualTo("met: 1.00 × peer");
    }

    @Test
    @DisplayName("says that a bar is missed")
    void saysMissed() {
        Sheet sheet = Samples.cycle(890, 101, 3);

        assertThat(row("one thread", sheet)).isEqualTo("**missed**: 0.89 × 1.0 <raw>");
        assertThat(row("CPU a cycle", sheet)).isEqualTo("**missed**: 1.01 × peer");
        assertThat(row("2 round trips", sheet)).isEqualTo("**missed**: 3.00 round trips");
        assertThat(row("no more requests", sheet)).isEqualTo("**missed**: 1.50 × peer");
    }

    @Test
    @DisplayName("compares the cost at the largest size with that at the smallest")
    void comparesSizes() {
        assertThat(row("who waits", Samples.waiters(6))).isEqualTo("met: 3.00 commands at 1, 6.00 at 1,000");
        assertThat(row("who waits", Samples.waiters(6.1))).isEqualTo("**missed**: 3.00 commands at 1, 6.10 at 1,000");
    }

    @Test
    @DisplayName("has a dash for what was not measured")
    void hasDashes() {
        assertThat(row("16 threads", Samples.cycle(900, 99, 2))).isEqualTo("–");
    }

    private static Sheet idle(double one, double many) {
        Sheet idle = new Sheet("idle", Backend.REDIS, "Idle.", "held");
        Contestant us = Samples.contestant("conclave", Contestant.Kind.CONCLAVE);
        idle.record(us, Metric.lower("round trips/s").at(1), one);
        idle.record(us, Metric.lower("round trips/s").at(1_000), many);
        return idle;
    }

    @Test
    @DisplayName("counts the threads of ours with a thousand locks held, and the requests of that against one held")
    void readsIdle() {
        Sheet idle = idle(0.3, 0.4);
        idle.record(
                idle.us().orElseThrow(),
                Metric.neither("of these Conclave's own").at(1_000),
                3);

        assertThat(row("renewed as one", idle)).isEqualTo("met: 0.400/s; one held 0.300/s");
        assertThat(row("2 threads", idle)).isEqualTo("**missed**: 3");
    }

    @Test
    @DisplayName("allows an idle client one request more than twice those of one lock")
    void boundsIdle() {
        assertThat(row("renewed as one", idle(0.3, 0.74))).startsWith("met");
        assertThat(row("renewed as one", idle(0.3, 0.75))).startsWith("**missed**");
    }

    @Test
    @DisplayName("judges the cost of a change in a large group by what the server sent, where it tells")
    void judgesTraffic() {
        Sheet crowd = new Sheet("crowd", Backend.REDIS, "Crowd.", "members");
        Contestant us = Samples.contestant("conclave", Contestant.Kind.CONCLAVE);
        for (int members : List.of(10, 10_000)) {
            crowd.record(us, Metric.lower("commands/change").at(members), 3);
            crowd.record(us, Metric.lower("bytes sent/change").at(members), 20.0 * members);
        }

        assertThat(row("with the group", crowd)).isEqualTo("**missed**: 200 bytes sent at 10, 200,000 at 10,000");
    }

    @Test
    @DisplayName("does not say that a bar is met whose workload we did not end, whatever was measured before")
    void saysFailed() {
        Sheet sheet = Samples.waiters(3);
        sheet.out(sheet.us().orElseThrow(), "nobody got the lock with 1,000 waiting");
        Sheet empty = new Sheet("join", Backend.REDIS, "Join.", "");
        empty.out(Samples.contestant("conclave", Contestant.Kind.CONCLAVE), "the server is gone");

        assertThat(row("who waits", sheet)).isEqualTo("**failed**");
        assertThat(row("seen by push", empty)).isEqualTo("**failed**");
    }

    @Test
    @DisplayName("names the peers that failed where the best of the others stands in for them")
    void namesWhoIsMissing() {
        Sheet sheet = Samples.cycle(900, 99, 2);
        sheet.out(Samples.contestant("swift", Contestant.Kind.PEER), "no route");

        assertThat(row("CPU a cycle", sheet)).isEqualTo("met: 0.99 × peer, without swift");
        assertThat(row("one thread", sheet)).isEqualTo("met: 0.90 × 1.0 <raw>");
    }

    @Test
    @DisplayName("takes for threads of ours those of a coordinator, whatever a JVM has once")
    void knowsThreadsOfOurs() {
        assertThat(Worker.isOurs("conclave-etcd-worker-1")).isTrue();
        assertThat(Worker.isOurs("conclave-leaks")).isFalse();
        assertThat(Worker.isOurs("main-SendThread(127.0.0.1:2181)")).isFalse();
    }
}
