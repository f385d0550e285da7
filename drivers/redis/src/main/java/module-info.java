/** Groups, leader election and locks over Redis or Valkey. */
module dev.conclave.redis {
    requires dev.conclave;
    requires org.slf4j;
    requires redis.clients.jedis;
    requires static org.jspecify;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.redis.RedisDriverProvider;
}
