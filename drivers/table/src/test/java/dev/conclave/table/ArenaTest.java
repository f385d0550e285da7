package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An arena")
class ArenaTest {
    @Test
    @DisplayName("at its greatest size is full, as one without a disk to grow on: who can do without room goes on")
    void greatestSize() {
        Memory memory = new Memory(ByteBuffer.allocate(Layout.BLOCKS));
        memory.set(Layout.SIZE, Integer.MAX_VALUE / 8 * 8);
        memory.set(Layout.TOP, Integer.MAX_VALUE / 8 * 8);
        Arena arena = new Arena(memory, new SharedMemory());

        assertThatThrownBy(arena::allocate)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("2 GiB");
        assertThatThrownBy(() -> arena.reserve(1)).isInstanceOf(UncheckedIOException.class);
    }
}
