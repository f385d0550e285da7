package dev.conclave.bench;

import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a worker answers: named numbers and lists of numbers, one line of JSON. */
public final class Reply {
    private static final Gson JSON = new Gson();

    private final Map<String, Long> values = new LinkedHashMap<>();
    private final Map<String, List<Long>> samples = new LinkedHashMap<>();
    private String failure = "";

    /** Says that the command failed. */
    static Reply failed(Throwable cause) {
        Reply reply = new Reply();
        reply.failure = cause.toString();
        return reply;
    }

    /** Adds a number. */
    public Reply with(String name, long value) {
        values.put(name, value);
        return this;
    }

    /** Adds a list of numbers. */
    public Reply with(String name, List<Long> list) {
        samples.put(name, new ArrayList<>(list));
        return this;
    }

    /** A number that the worker gave. */
    public long value(String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a worker answered without " + name + ": " + values.keySet());
        }
        return value;
    }

    /** A list that the worker gave. */
    public List<Long> samples(String name) {
        return samples.getOrDefault(name, List.of());
    }

    String failure() {
        return failure;
    }

    String toLine() {
        return JSON.toJson(this);
    }

    static Reply parse(String line) {
        return JSON.fromJson(line, Reply.class);
    }
}
