package dev.conclave.faults.sites;

import dev.conclave.servers.MariaDbServer;
import dev.conclave.servers.MySqlFamilyServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** A MariaDB server. */
final class MysqlSite extends SqlSite<MariaDbServer> {
    private static final String DATABASE = MySqlFamilyServer.DATABASE;

    MysqlSite() throws IOException, InterruptedException {
        this(MariaDbServer.start());
    }

    private MysqlSite(MariaDbServer server) {
        super(
                server,
                "jdbc:mariadb://" + server.authority() + "/mysql?sslMode=disable",
                MySqlFamilyServer.USER,
                MySqlFamilyServer.PASSWORD);
    }

    @Override
    public String driver() {
        return "mysql";
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "mysql://" + MySqlFamilyServer.USER + ":" + MySqlFamilyServer.PASSWORD + "@" + Sites.authority(addresses)
                + "/" + DATABASE;
    }

    @Override
    String tablesQuery() {
        return "select concat(table_schema, '.', table_name) from information_schema.tables where table_schema = '"
                + DATABASE + "'";
    }

    @Override
    String connectionsQuery() {
        return "select count(*) from information_schema.processlist where user = '" + MySqlFamilyServer.USER
                + "' and id <> connection_id()";
    }

    @Override
    String departures() {
        return DATABASE + ".conclave_departures";
    }

    @Override
    List<String> flushing() {
        return List.of("drop database " + DATABASE, "create database " + DATABASE);
    }
}
