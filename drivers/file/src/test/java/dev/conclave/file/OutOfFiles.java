package dev.conclave.file;

import dev.conclave.spi.Target;
import dev.conclave.table.Carrier;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process that may open no more files when another first rings it, and later may. */
final class OutOfFiles implements Carrier.Hints {
    private int heard;

    private OutOfFiles() {}

    /** The store. */
    public static void main(String[] arguments) throws Exception {
        new OutOfFiles().run(Path.of(arguments[0]));
    }

    private void run(Path store) throws IOException {
        SocketPaths paths = SocketPaths.of(StoreDirectory.open(Target.parse("file:" + store, Map.of(), List.of())));
        try (Doorbells bells = new Doorbells(paths);
                SocketChannel before = SocketChannel.open(StandardProtocolFamily.UNIX);
                SocketChannel meanwhile = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            bells.listen(0);
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(paths.of(0));
            ring(before, address); // also so that all classes are loaded, which takes files
            while (heard < 1) {
                bells.await(this);
            }
            List<FileChannel> all = allFiles();
            ring(meanwhile, address);
            bells.await(this);
            System.out.println("heard then: " + heard);
            for (FileChannel file : all) {
                file.close();
            }
            while (heard < 2) {
                bells.await(this);
            }
            System.out.println("heard later");
        }
    }

    private static void ring(SocketChannel line, UnixDomainSocketAddress address) throws IOException {
        line.connect(address);
        line.write(ByteBuffer.allocate(8));
    }

    private static List<FileChannel> allFiles() {
        List<FileChannel> files = new ArrayList<>();
        try {
            while (true) {
                files.add(FileChannel.open(Path.of("/dev/null"), StandardOpenOption.READ));
            }
        } catch (IOException e) {
            return files; // too many
        }
    }

    @Override
    public void heard(long subject) {
        heard++;
    }

    @Override
    public void missed() {}

    @Override
    public void deathSuspected() {}
}
