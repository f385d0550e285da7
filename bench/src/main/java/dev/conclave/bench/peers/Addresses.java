package dev.conclave.bench.peers;

import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

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

    static InetSocketAddress socket(String url) {
        return new InetSocketAddress(host(url), port(url));
    }

    static String jdbc(String url) {
        String database = authority(url) + URI.create(url).getPath();
        return url.startsWith("mysql:")
                // The server of a benchmark has no certificate.
                ? "jdbc:mariadb://" + database + "?sslMode=disable"
                : "jdbc:postgresql://" + database;
    }

    /** A connection to a database. */
    static Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(jdbc(url), user(url), password(url));
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
