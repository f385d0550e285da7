package dev.conclave.bench.peers;

import java.net.URI;

/** The parts of a server's URL, for clients with other notations. */
final class Addresses {
    private Addresses() {}

    static String host(String url) {
        return URI.create(url).getHost();
    }

    static int port(String url) {
        return URI.create(url).getPort();
    }

    /** "host:port". */
    static String authority(String url) {
        return host(url) + ":" + port(url);
    }

    static String jdbc(String url) {
        return "jdbc:postgresql://" + authority(url) + URI.create(url).getPath();
    }

    static String user(String url) {
        return userInfo(url)[0];
    }

    static String password(String url) {
        String[] userInfo = userInfo(url);
        return userInfo.length > 1 ? userInfo[1] : "";
    }

    private static String[] userInfo(String url) {
        return URI.create(url).getUserInfo().split(":", 2);
    }
}
