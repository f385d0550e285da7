/** Groups, leader election and locks over memcached. */
module dev.conclave.memcached {
    requires dev.conclave;
    requires org.slf4j;
    requires static org.jspecify;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.memcached.MemcachedDriverProvider;
}
