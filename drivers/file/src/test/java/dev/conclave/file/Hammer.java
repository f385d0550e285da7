package dev.conclave.file;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A process that works under one lock until it is killed: it counts up in a file that only the lock guards, and
 * notes by itself how often it did.
 */
final class Hammer {
    private final Member member;
    private final FileChannel counter;
    private final FileChannel own;
    private long done;

    private Hammer(Path store, Path work, String name) throws IOException {
        // Several JVMs start at once, and each opens the store in its turn.
        this.member = Member.of("file:" + store + "?ttl=10m&call-timeout=50s", name);
        this.counter = open(work.resolve("counter"));
        this.own = open(work.resolve("done-" + name));
    }

    /** Store, work directory, name. */
    public static void main(String[] arguments) throws Exception {
        Hammer hammer = new Hammer(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
        while (true) {
            hammer.round();
        }
    }

    static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private void round() throws Exception {
        ClaimId id = member.request("counter");
        count(member.acquire(id));
        member.release(id);
        ClaimId lonely = member.request("only " + member.session.incarnation() + done);
        member.claim(lonely);
        EnrolmentId enrolment = new EnrolmentId(member.session, "workers", done);
        Member.join(member.driver.enrol(new Enrolment(enrolment, "{\"round\":" + done + "}", true, true)));
        Member.join(member.driver.roster("workers", done % 3 == 0 ? -1 : done));
        member.release(lonely);
        Member.join(member.driver.withdraw(enrolment));
    }

    /** Fails if somebody else was at it meanwhile, or had a greater token before. */
    private void count(long token) throws IOException {
        ByteBuffer words = read(counter, 3);
        if (words.getLong(8) >= token) {
            throw new IllegalStateException("token " + token + " after " + words.getLong(8));
        }
        long mark = System.nanoTime();
        words.putLong(8, token).putLong(16, mark);
        counter.write(words.rewind(), 0);
        Thread.onSpinWait();
        ByteBuffer again = read(counter, 3);
        if (again.getLong(16) != mark || again.getLong(0) != words.getLong(0)) {
            throw new IllegalStateException("two were in at once");
        }
        again.putLong(0, again.getLong(0) + 1);
        counter.write(again.rewind(), 0);
        own.write(ByteBuffer.allocate(8).putLong(0, ++done), 0);
    }

    static ByteBuffer read(FileChannel channel, int words) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(words * 8);
        int read = 0;
        while (read >= 0 && bytes.hasRemaining()) {
            read = channel.read(bytes, bytes.position());
        }
        return bytes.clear();
    }
}
