package dev.conclave.faults.member;

import java.nio.file.Path;
import java.util.List;

/**
 * What a member is told when it starts.
 *
 * @param url of its backend, through the proxies that are its own
 * @param member its id
 * @param run counts its processes
 * @param seed of the whole run
 * @param timeToLive in milliseconds
 * @param registers the port of the registers
 * @param folder where histories are
 */
public record Orders(String url, String member, int run, long seed, long timeToLive, int registers, Path folder) {
    /** As arguments of a program. */
    public List<String> arguments() {
        return List.of(url, member, "" + run, "" + seed, "" + timeToLive, "" + registers, folder.toString());
    }

    static Orders parse(String[] args) {
        return new Orders(
                args[0],
                args[1],
                Integer.parseInt(args[2]),
                Long.parseLong(args[3]),
                Long.parseLong(args[4]),
                Integer.parseInt(args[5]),
                Path.of(args[6]));
    }

    /** By what name the process is known in the history. */
    public String who() {
        return member + "#" + run;
    }
}
