package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event.Mode;
import dev.conclave.faults.history.History;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a picture of a run shows. All times are seconds since it began.
 *
 * @param members all of them
 * @param breaks what was broken, in the order of time
 * @param holds who believed to have which name, in the order of time
 * @param losses when a holder was told that it had lost one
 * @param healed when the last fault was over
 */
public record Timeline(List<String> members, List<Break> breaks, List<Hold> holds, List<Loss> losses, double healed) {
    /** A fault: its kind's label, a member's id or what begins with {@code server}. */
    public record Break(String kind, String target, Map<String, String> details, double from, double until) {}

    /** A claim, for as long as its holder believed in it. */
    public record Hold(String name, Mode mode, String member, long token, double from, double until) {}

    /** A loss of such a claim. */
    public record Loss(String name, Mode mode, String member, String reason, double at) {}

    /** Of a history that is whole. */
    public static Timeline of(History history) {
        Run run = new Run(history);
        return new Timeline(
                run.began().members(),
                run.faults().stream()
                        .filter(fault -> !fault.inVain())
                        .map(fault -> new Break(
                                fault.kind().label(),
                                fault.target(),
                                fault.details(),
                                run.seconds(fault.from()),
                                run.seconds(fault.until())))
                        .sorted(Comparator.comparingDouble(Break::from))
                        .toList(),
                run.granted().values().stream()
                        .flatMap(List::stream)
                        .map(claim -> hold(run, claim))
                        .sorted(Comparator.comparingDouble(Hold::from))
                        .toList(),
                run.granted().values().stream()
                        .flatMap(List::stream)
                        .filter(claim -> claim.lost()
                                .map(lost -> !lost.event().reason().equals("RELEASED"))
                                .orElse(false))
                        .map(claim -> loss(run, claim))
                        .sorted(Comparator.comparingDouble(Loss::at))
                        .toList(),
                run.seconds(run.healed()));
    }

    private static Hold hold(Run run, Claim claim) {
        return new Hold(
                claim.name().name(),
                claim.mode(),
                claim.life().member(),
                claim.token(),
                run.seconds(claim.grantedBy()),
                run.seconds(Math.max(claim.grantedBy(), claim.believedUntil().orElse(Long.MIN_VALUE))));
    }

    private static Loss loss(Run run, Claim claim) {
        Told<?> lost = claim.lost().orElseThrow();
        return new Loss(
                claim.name().name(),
                claim.mode(),
                claim.life().member(),
                claim.lost().orElseThrow().event().reason(),
                run.seconds(lost.at()));
    }
}
