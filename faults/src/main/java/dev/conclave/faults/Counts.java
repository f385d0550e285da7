package dev.conclave.faults;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.History;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts what happened, and decides nothing. */
final class Counts implements Judge {
    @Override
    public boolean judge(Path folder, PrintStream out) throws IOException {
        History history = History.read(folder);
        out.println(
                "events    " + count(events(history), event -> event.getClass().getSimpleName()));
        out.println("faults    " + count(events(history, Event.FaultBegan.class), Event.FaultBegan::kind));
        out.println("gave up   " + count(events(history, Event.GaveUp.class), Event.GaveUp::why));
        out.println("lost      " + count(events(history, Event.Lost.class), Event.Lost::reason));
        out.println("released  " + count(events(history, Event.Released.class), Event.Released::result));
        events(history, Event.Residue.class)
                .filter(residue -> residue.count() > residue.allowed())
                .forEach(residue -> out.println("left      " + residue));
        return true;
    }

    private static Stream<Event> events(History history) {
        return history.entries().stream().map(Entry::event);
    }

    private static <E extends Event> Stream<E> events(History history, Class<E> type) {
        return events(history).filter(type::isInstance).map(type::cast);
    }

    private static <E> Map<String, Long> count(Stream<E> events, Function<E, String> by) {
        return events.collect(Collectors.groupingBy(by, TreeMap::new, Collectors.counting()));
    }
}
