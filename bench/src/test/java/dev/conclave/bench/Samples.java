package dev.conclave.bench;

import java.util.List;
import java.util.Set;

/** Results as if somebody had measured them. */
final class Samples {
    static final Metric RATE = Metric.higher("cycles/s");
    static final Metric CPU = Metric.lower("client CPU µs/cycle");
    static final Metric REQUESTS = Metric.lower("round trips/cycle");
    static final Metric PER_RELEASE = Metric.lower("round trips/release");
    static final Metric COMMANDS = Metric.lower("commands/release");
    static final Metric HAND_OVER = Metric.lower("hand-over p50 ms");

    private Samples() {}

    static Contestant contestant(String name, Contestant.Kind kind) {
        return new Contestant(name, Backend.REDIS, kind, Set.of(Feature.LOCK), "1.0 <raw>", (url, member) -> {
            throw new IllegalStateException("not to be opened");
        });
    }

    /** One thread: a floor of 1,000 cycles a second, a peer of 800, and us. */
    static Sheet cycle(double ours, double cpu, double requests) {
        Sheet sheet = new Sheet("cycle", Backend.REDIS, "One thread.", "");
        Contestant us = contestant("conclave", Contestant.Kind.CONCLAVE);
        Contestant peer = contestant("peer", Contestant.Kind.PEER);
        Contestant floor = contestant("floor", Contestant.Kind.FLOOR);
        for (double part : List.of(0.9, 1.0, 1.1)) {
            sheet.record(floor, RATE, 1_000 * part);
            sheet.record(peer, RATE, 800 * part);
            sheet.record(us, RATE, ours * part);
        }
        sheet.record(peer, CPU, 100);
        sheet.record(us, CPU, cpu);
        sheet.record(peer, REQUESTS, 2);
        sheet.record(us, REQUESTS, requests);
        return sheet;
    }

    /** Three commands a release with one that waits, and as many as is said with a thousand; always in one round trip. */
    static Sheet waiters(double many) {
        Sheet sheet = new Sheet("waiters", Backend.REDIS, "Who waits.", "waiting");
        Contestant us = contestant("conclave", Contestant.Kind.CONCLAVE);
        Contestant peer = contestant("peer", Contestant.Kind.PEER);
        sheet.record(peer, PER_RELEASE.at(1), 4);
        sheet.record(peer, HAND_OVER.at(1), 2);
        sheet.record(us, PER_RELEASE.at(1), 1);
        sheet.record(us, COMMANDS.at(1), 3);
        sheet.record(us, HAND_OVER.at(1), 0.5);
        sheet.record(us, PER_RELEASE.at(1_000), 1);
        sheet.record(us, COMMANDS.at(1_000), many);
        sheet.record(us, HAND_OVER.at(1_000), 0);
        return sheet;
    }
}
