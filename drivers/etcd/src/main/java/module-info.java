/** Groups, leader election and locks over etcd. */
module dev.conclave.etcd {
    requires com.google.common;
    requires com.google.protobuf;
    requires dev.conclave;
    requires io.grpc;
    requires io.grpc.netty;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires jetcd.grpc;
    requires org.slf4j;
    requires static org.jspecify;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.etcd.EtcdDriverProvider;
}
