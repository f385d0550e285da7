package dev.conclave.faults.sites;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** A site for tests, with no backend behind it, on which nothing is ever left. */
public class Nowhere implements Site {
    @Override
    public String driver() {
        return "none";
    }

    @Override
    public String deployment() {
        return "none";
    }

    @Override
    public String version() {
        return "none";
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "none:";
    }

    @Override
    public Map<String, Long> residue() {
        return Map.of();
    }

    @Override
    public void close() {}
}
