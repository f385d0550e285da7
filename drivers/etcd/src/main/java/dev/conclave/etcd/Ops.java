package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;

/** What transactions are made of. */
final class Ops {
    private Ops() {}

    static Compare absent(ByteString key) {
        return created(key, 0);
    }

    static Compare present(ByteString key) {
        return created(key, 0).toBuilder()
                .setResult(Compare.CompareResult.GREATER)
                .build();
    }

    /** That the key was created by this revision; zero if it is absent. */
    static Compare created(ByteString key, long revision) {
        return Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.EQUAL)
                .setCreateRevision(revision)
                .build();
    }

    /** That nothing is in a range: an empty one counts as created by revision zero, and any key in it was created by another. */
    static Compare empty(ByteString from, ByteString end) {
        return absent(from).toBuilder().setRangeEnd(end).build();
    }

    static Compare modified(ByteString key, long revision) {
        return Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.MOD)
                .setResult(Compare.CompareResult.EQUAL)
                .setModRevision(revision)
                .build();
    }

    static Compare same(ByteString key, ByteString value) {
        return Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.VALUE)
                .setResult(Compare.CompareResult.EQUAL)
                .setValue(value)
                .build();
    }

    static RangeRequest.Builder range(ByteString prefix) {
        return RangeRequest.newBuilder().setKey(prefix).setRangeEnd(Keys.end(prefix));
    }

    static RangeRequest.Builder byAge(ByteString prefix) {
        return range(prefix).setSortTarget(RangeRequest.SortTarget.CREATE).setSortOrder(RangeRequest.SortOrder.ASCEND);
    }

    static RangeRequest.Builder newestFirst(ByteString prefix) {
        return byAge(prefix).setSortOrder(RangeRequest.SortOrder.DESCEND).setKeysOnly(true);
    }

    static RequestOp op(RangeRequest.Builder range) {
        return RequestOp.newBuilder().setRequestRange(range).build();
    }

    static RangeRequest.Builder one(ByteString key) {
        return RangeRequest.newBuilder().setKey(key);
    }

    static RequestOp get(ByteString key) {
        return op(one(key));
    }

    /** Whether a key is there, by which revision and under which lease: all but its value. */
    static RequestOp look(ByteString key) {
        return op(one(key).setKeysOnly(true));
    }

    static RequestOp put(ByteString key, ByteString value, long lease) {
        return RequestOp.newBuilder()
                .setRequestPut(
                        PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease))
                .build();
    }

    static RequestOp delete(ByteString key) {
        return RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key))
                .build();
    }

    static RequestOp nested(TxnRequest.Builder txn) {
        return RequestOp.newBuilder().setRequestTxn(txn).build();
    }
}
