package dev.conclave.zookeeper;

import java.util.List;
import org.apache.zookeeper.data.Stat;

/** What is read of nodes. */
final class Nodes {
    private Nodes() {}

    /** A node's content and what the server knows of it. */
    record Content(String text, Stat stat) {}

    /** The names of a node's children and what the server knows of it. */
    record Listed(List<String> names, Stat stat) {}

    /** A node that was created. */
    record Created(String path, Stat stat) {}

    /** The path of a node's parent. */
    static String parent(String path) {
        return path.substring(0, Math.max(path.lastIndexOf('/'), 0));
    }

    /** The last part of a node's path. */
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
