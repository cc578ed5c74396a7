/** The fallback database: speaks MongoDB's protocol on loopback, keeps one file, replies only after the disk has it. */

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.NoSuchCommandException;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVStore;

public final class Main {
    /** Compaction rewrites chunks that are less full than this, at most so many bytes at a time. */
    private static final int COMPACT_BELOW_PERCENT = 70;
    private static final int COMPACT_BYTES = 8 * 1024 * 1024;
    private static final long COMPACT_EVERY_MS = 1000;

    /** Commands that only read, or only concern the connection; after any other one the store is committed. */
    private static final Set<String> READING = Set.of(
            "aggregate", "buildinfo", "collstats", "connectionstatus", "count", "dbstats", "distinct",
            "endsessions", "find", "getcmdlineopts", "getlog", "getmore", "getparameter", "hello",
            "hostinfo", "ismaster", "killcursors", "listcollections", "listdatabases", "listindexes",
            "ping", "serverstatus", "whatsmyuri");

    /** The library forgets indexes of the same name in all collections; dropping a whole collection is sound. */
    private static final Set<String> REFUSED = Set.of("dropindexes", "deleteindexes");

    /** The driver refuses servers below MongoDB 4.4; what the library implements is close to 5.0. */
    private static final MongoVersion VERSION = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 13;
        }
    };

    private Main() {}

    /** Arguments: file, port. Leaves when its standard input closes, so that it never outlives who started it. */
    public static void main(String[] args) throws Exception {
        String file = args[0];
        int port = Integer.parseInt(args[1]);
        MVStore store = new MVStore.Builder().fileName(file).autoCommitDisabled().open();
        store.setRetentionTime(0);
        DurableBackend backend = new DurableBackend(store);
        backend.version(VERSION);
        MongoServer server = new MongoServer(backend);
        server.bind(new InetSocketAddress("127.0.0.1", port));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server, backend)));
        startCompaction(backend);
        System.out.println("ready on port " + server.getLocalAddress().getPort());
        awaitEndOfInput(System.in);
        System.exit(0);
    }

    private static void close(MongoServer server, DurableBackend backend) {
        server.stopListening();
        backend.makeDurable();
        server.shutdownNow();
    }

    private static void awaitEndOfInput(InputStream input) throws IOException {
        while (input.read() != -1) {
            // What is said there does not matter.
        }
    }

    /** `autoCommitDisabled` also switches off H2's own compaction; without this the file grows with every write. */
    private static void startCompaction(DurableBackend backend) {
        Thread thread = new Thread(() -> {
            try {
                while (!backend.getMvStore().isClosed()) {
                    Thread.sleep(COMPACT_EVERY_MS);
                    backend.compact();
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }, "compaction");
        thread.setDaemon(true);
        thread.start();
    }

    /** A store that cannot write (disk full, file gone) must not go on answering: the supervisor starts a new one. */
    private static void leaveUnlessClosed(MVStore store, RuntimeException failure) {
        if (store.isClosed()) {
            return;
        }
        System.err.println("the store failed: " + failure.getMessage());
        Runtime.getRuntime().halt(70);
    }

    /**
     * H2 commits once a second by itself; here a command that may have written is answered after commit and sync.
     * One command changes several maps (documents, unique keys): nothing is committed while one is half done, or a
     * kill would leave an id that is neither there nor free.
     */
    private static final class DurableBackend extends H2Backend {
        /** Shared by commands that write, exclusive for whoever commits. */
        private final ReadWriteLock betweenCommands = new ReentrantReadWriteLock(true);
        private final AtomicLong applied = new AtomicLong();
        private final Object committing = new Object();
        private long durable = 0;

        DurableBackend(MVStore store) {
            super(store);
        }

        @Override
        protected MongoDatabase openOrCreateDatabase(String name) {
            return Storage.Database.open(name, getMvStore(), getCursorRegistry());
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            String command = message.getDocument().keySet().iterator().next().toLowerCase(Locale.ROOT);
            if (REFUSED.contains(command)) {
                throw new NoSuchCommandException(command);
            }
            if (READING.contains(command) && !writesItsResult(message.getDocument())) {
                return super.handleMessage(message);
            }
            try {
                betweenCommands.readLock().lock();
                try {
                    return super.handleMessage(message);
                } finally {
                    betweenCommands.readLock().unlock();
                }
            } finally {
                makeDurable();
            }
        }

        private static boolean writesItsResult(Document command) {
            return command.get("pipeline") instanceof Collection<?> stages
                    && stages.stream().anyMatch(stage -> stage instanceof Document document
                            && (document.containsKey("$out") || document.containsKey("$merge")));
        }

        /** One commit serves all commands that were applied before it began. */
        void makeDurable() {
            long mine = applied.incrementAndGet();
            synchronized (committing) {
                if (durable >= mine) {
                    return;
                }
                long served = applied.get();
                alone(() -> getMvStore().commit());
                getMvStore().sync();
                durable = served;
            }
        }

        void compact() {
            alone(() -> getMvStore().compact(COMPACT_BELOW_PERCENT, COMPACT_BYTES));
        }

        private void alone(Runnable action) {
            betweenCommands.writeLock().lock();
            try {
                action.run();
            } catch (RuntimeException failure) {
                leaveUnlessClosed(getMvStore(), failure);
            } finally {
                betweenCommands.writeLock().unlock();
            }
        }
    }
}
