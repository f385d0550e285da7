package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event.Saw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one watcher of a group was told, added up. A snapshot and a Resynced give the view anew; a Joined adds one who was not there, a Left takes away one
 * who was there, under that incarnation; an Updated changes nobody; a SelfEvicted takes away none but the watcher's own member. After each, the view that
 * came with it must be what that gives.
 */
record WatchedGroup(Life watcher, String group, List<Told<Saw>> events) {
    /** An event that does not follow from those before it. */
    record Contradiction(String what, Entry before, Entry entry) {}

    List<Contradiction> contradictions() {
        List<Contradiction> found = new ArrayList<>();
        Map<String, String> view = Map.of();
        Entry before = events.get(0).entry();
        if (!anew(events.get(0).event())) {
            found.add(new Contradiction(
                    "the first event is " + events.get(0).event().kind(), before, before));
        }
        for (Told<Saw> told : events) {
            Saw saw = told.event();
            Map<String, String> after = after(view, saw);
            if (!anew(saw) && !after.equals(saw.members())) {
                found.add(new Contradiction(
                        saw.kind() + " " + saw.member() + " leaves " + saw.members() + " of " + view,
                        before,
                        told.entry()));
            } else if (!fits(view, saw)) {
                found.add(new Contradiction(
                        saw.kind() + " " + saw.member() + " as " + saw.incarnation() + " after " + view,
                        before,
                        told.entry()));
            }
            view = saw.members();
            before = told.entry();
        }
        return found;
    }

    static boolean anew(Saw saw) {
        return saw.kind().equals("Snapshot") || saw.kind().equals("Resynced");
    }

    private boolean fits(Map<String, String> view, Saw saw) {
        return switch (saw.kind()) {
            case "Joined" -> !view.containsKey(saw.member());
            case "Left" -> saw.incarnation().equals(view.get(saw.member()));
            case "Updated" -> view.containsKey(saw.member());
            default -> true;
        };
    }

    private Map<String, String> after(Map<String, String> view, Saw saw) {
        Map<String, String> after = new TreeMap<>(view);
        switch (saw.kind()) {
            case "Joined", "Updated" -> after.put(saw.member(), saw.incarnation());
            case "Left" -> after.remove(saw.member(), saw.incarnation());
            case "SelfEvicted" -> {
                if (!saw.members().containsKey(watcher.member())) {
                    after.remove(watcher.member());
                }
            }
            default -> {
                // The view comes anew.
            }
        }
        return after;
    }
}
