package dev.conclave.kit;

import dev.conclave.LeaderListener;
import dev.conclave.Leadership;
import dev.conclave.Loss;
import dev.conclave.kit.process.Belief;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A candidate that remembers its terms, and notes when the engine breaks the rule that {@code granted} and {@code revoked}
 * alternate, once each per term. Get it from {@link Stage#candidate()}; {@link Stage} checks the rule at the end of the scenario.
 */
public final class TermLog implements LeaderListener {
    private final List<Term> terms = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final CallbackThreads threads;

    /** One term: how it was won, believed in and ended. */
    public static final class Term {
        private final Leadership leadership;
        private final Belief belief;
        private volatile Optional<Loss> loss = Optional.empty();

        private Term(Leadership leadership) {
            this.leadership = leadership;
            this.belief = Belief.in(leadership);
        }

        /** What {@code granted} brought. */
        public Leadership leadership() {
            return leadership;
        }

        /** How long the leadership said that it was valid. */
        public Belief belief() {
            return belief;
        }

        /** What {@code revoked} brought, once it came. */
        public Optional<Loss> loss() {
            return loss;
        }
    }

    TermLog(CallbackThreads threads) {
        this.threads = threads;
    }

    @Override
    public void granted(Leadership leadership) {
        threads.check("granted " + leadership.term());
        Optional<Term> last = last();
        if (last.isPresent() && last.get().loss.isEmpty()) {
            violations.add("granted " + leadership.term() + " before "
                    + last.get().leadership.term() + " was revoked");
        }
        if (last.isPresent() && last.get().leadership.term() >= leadership.term()) {
            violations.add("granted " + leadership.term() + " after "
                    + last.get().leadership.term());
        }
        terms.add(new Term(leadership));
    }

    @Override
    public void revoked(Leadership leadership, Loss loss) {
        threads.check("revoked " + leadership.term());
        Optional<Term> last = last();
        if (last.isEmpty()
                || last.get().leadership.term() != leadership.term()
                || last.get().loss.isPresent()) {
            violations.add("revoked " + leadership.term() + " which was not granted last");
        } else {
            last.get().loss = Optional.of(loss);
        }
        if (leadership.isValid()) {
            violations.add("revoked " + leadership.term() + " although it is still valid");
        }
    }

    /** All terms so far, in order. */
    public List<Term> terms() {
        return List.copyOf(terms);
    }

    /** The latest term, over or not. */
    public Optional<Term> last() {
        List<Term> now = terms();
        return now.isEmpty() ? Optional.empty() : Optional.of(now.get(now.size() - 1));
    }

    /** The term that this candidate has and believes in now. */
    public Optional<Leadership> current() {
        return last().filter(term -> term.loss.isEmpty()).map(Term::leadership).filter(Leadership::isValid);
    }

    /** Waits until this candidate has been granted that many terms, and returns the last of them. */
    public Leadership awaitTerm(int number) throws Exception {
        Await.until("term number " + number, () -> terms.size() >= number);
        return terms.get(number - 1).leadership;
    }

    /** Waits until that many terms have been revoked. */
    public Loss awaitRevoked(int number) throws Exception {
        return Await.value(
                "the end of term number " + number,
                () -> terms.size() < number ? Optional.empty() : terms.get(number - 1).loss);
    }

    List<String> violations() {
        return new ArrayList<>(violations);
    }
}
