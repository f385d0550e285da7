package dev.conclave.bench.peers;

import com.zaxxer.hikari.HikariDataSource;
import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.sql.SQLException;
import java.util.List;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.springframework.jdbc.core.JdbcTemplate;

/** ShedLock on a table, by the database's clock. */
final class ShedLockJdbcPeer implements Client {
    private final HikariDataSource pool;
    private final LockProvider provider;

    ShedLockJdbcPeer(String url) throws SQLException {
        pool = Pools.open(url);
        Pools.prepare(
                pool,
                List.of(
                        "CREATE TABLE IF NOT EXISTS shedlock (name VARCHAR(64) PRIMARY KEY, lock_until TIMESTAMP(3) NOT NULL,"
                                + " locked_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),"
                                + " locked_by VARCHAR(255) NOT NULL)"));
        provider = new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(pool))
                .usingDbTime()
                .build());
    }

    @Override
    public Mutex mutex(String name) {
        return ShedLocks.mutex(provider, name);
    }

    @Override
    public void close() {
        pool.close();
    }
}
