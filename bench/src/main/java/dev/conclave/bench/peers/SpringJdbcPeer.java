package dev.conclave.bench.peers;

import com.zaxxer.hikari.HikariDataSource;
import dev.conclave.bench.Candidate;
import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.sql.SQLException;
import java.util.List;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Spring Integration's lock registry on a table. */
final class SpringJdbcPeer implements Client {
    private final HikariDataSource pool;
    private final DefaultLockRepository repository;
    private final JdbcLockRegistry registry;
    private final String member;

    SpringJdbcPeer(String url, String member) throws SQLException {
        pool = Pools.open(url);
        // As Spring's own scripts for the two have it.
        String time = url.startsWith("mysql:") ? "DATETIME(6)" : "TIMESTAMP";
        Pools.prepare(
                pool,
                List.of("CREATE TABLE IF NOT EXISTS INT_LOCK (LOCK_KEY CHAR(36) NOT NULL, REGION VARCHAR(100) NOT NULL,"
                        + " CLIENT_ID CHAR(36), CREATED_DATE " + time + " NOT NULL, EXPIRED_AFTER " + time
                        + " NOT NULL,"
                        + " CONSTRAINT INT_LOCK_PK PRIMARY KEY (LOCK_KEY, REGION))"));
        repository = new DefaultLockRepository(pool);
        repository.setTransactionManager(new DataSourceTransactionManager(pool));
        repository.afterPropertiesSet();
        repository.afterSingletonsInstantiated();
        repository.start();
        registry = new JdbcLockRegistry(repository);
        this.member = member;
    }

    @Override
    public Mutex mutex(String name) {
        return SpringLocks.mutex(registry, name);
    }

    @Override
    public Candidate candidate(String election) {
        return SpringLocks.candidate(registry, election, member);
    }

    @Override
    public void close() {
        repository.close();
        pool.close();
    }
}
