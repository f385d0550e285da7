package dev.conclave.postgresql;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The one row that a function answers, in the protocol's binary form. */
final class Answer {
    private static final int NULL = -1;
    private static final int ELEMENT_TYPE_BYTES = Integer.BYTES;

    private final ByteBuffer columns;

    /** @param columns the content of a DataRow message */
    Answer(byte[] columns) {
        this.columns = ByteBuffer.wrap(columns);
        this.columns.getShort(); // how many
    }

    /** The next column. */
    @Nullable
    Long number() {
        return columns.getInt() == NULL ? null : columns.getLong();
    }

    /** The next column. Null stands for none. */
    @Nullable
    Long[] numbers() {
        if (columns.getInt() == NULL) {
            return new Long[0];
        }
        int dimensions = columns.getInt();
        columns.position(columns.position() + Integer.BYTES + ELEMENT_TYPE_BYTES);
        if (dimensions == 0) {
            return new Long[0];
        }
        @Nullable Long[] numbers = new Long[columns.getInt()];
        columns.getInt(); // where counting begins
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number();
        }
        return numbers;
    }
}
