package dev.conclave.kit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One connection through the proxy: for each direction a reader, which notes when each chunk came, and a writer, which passes
 * it on when the gate lets it. Two threads, since a single one would let the delay of one chunk add to that of the next.
 */
final class ProxiedConnection {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final String name;
    private final Socket member;
    private final Socket backend;
    private final AtomicLong packets;
    private final Consumer<ProxiedConnection> whenGone;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();

    /** Some bytes and when they came; no bytes at all mean that the sender has finished. */
    private static final class Chunk {
        final long arrived = System.nanoTime();
        final byte[] bytes;

        Chunk(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    ProxiedConnection(
            String name, Socket member, Socket backend, AtomicLong packets, Consumer<ProxiedConnection> whenGone) {
        this.name = name;
        this.member = member;
        this.backend = backend;
        this.packets = packets;
        this.whenGone = whenGone;
    }

    void start(Gate toBackend, Gate toMember) throws IOException {
        member.setTcpNoDelay(true);
        backend.setTcpNoDelay(true);
        pump(member, backend, toBackend, packets);
        pump(backend, member, toMember, new AtomicLong());
    }

    private void pump(Socket from, Socket to, Gate gate, AtomicLong count) throws IOException {
        BlockingQueue<Chunk> underWay = new LinkedBlockingQueue<>();
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        thread(() -> read(in, underWay, count));
        thread(() -> write(underWay, out, to, gate));
    }

    private void thread(Pump pump) {
        Thread thread = new Thread(() -> run(pump), name + "-pump");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void run(Pump pump) {
        try {
            pump.run();
        } catch (IOException e) {
            // One side reset the connection, so the other gets a reset too.
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void read(InputStream in, BlockingQueue<Chunk> underWay, AtomicLong chunks) throws IOException {
        byte[] buffer = new byte[CHUNK_BYTES];
        int count;
        do {
            count = in.read(buffer);
            if (count > 0) {
                chunks.incrementAndGet();
            }
            byte[] bytes = Arrays.copyOf(buffer, Math.max(count, 0));
            underWay.add(new Chunk(bytes));
        } while (count >= 0);
    }

    private void write(BlockingQueue<Chunk> underWay, OutputStream out, Socket to, Gate gate)
            throws IOException, InterruptedException {
        while (true) {
            Chunk chunk = underWay.take();
            gate.pass(chunk.arrived);
            if (chunk.bytes.length == 0) {
                to.shutdownOutput();
                closeIfBothEnded();
                return;
            }
            out.write(chunk.bytes);
        }
    }

    private void closeIfBothEnded() throws IOException {
        if (ended.incrementAndGet() == 2) {
            member.close();
            backend.close();
            whenGone.accept(this);
        }
    }

    /** Breaks both ends with a reset and loses what is under way. */
    void reset() {
        whenGone.accept(this);
        reset(member);
        reset(backend);
        threads.forEach(Thread::interrupt);
    }

    static void reset(Socket socket) {
        try {
            // Closing with a linger of zero sends RST in place of FIN.
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already.
        }
    }

    /** One thread's work. */
    @FunctionalInterface
    private interface Pump {
        void run() throws IOException, InterruptedException;
    }
}
