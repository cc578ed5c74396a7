/** Where documents and unique keys lie: the library's storage, with compact values and with look-ups by string id. */

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

final class Storage {
    /** The library's names for its maps; it drops and renames them by name. */
    private static final String DATA = "databases.";
    private static final String META = "meta.";
    private static final String INDEX = "._index_";

    private Storage() {}

    static final class Database extends H2Database {
        /** The base class opens collections in its constructor, before a field of this class could be set. */
        private static MVStore opened;

        private Database(String name, CursorRegistry cursors) {
            super(name, opened, cursors);
        }

        static synchronized Database open(String name, MVStore store, CursorRegistry cursors) {
            opened = store;
            return new Database(name, cursors);
        }

        @Override
        protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
            String full = getFullCollectionNamespace(name);
            MVMap<Object, Document> documents = opened.openMap(
                    DATA + full, new MVMap.Builder<Object, Document>().valueType(Values.DOCUMENT));
            return new Collection(this, name, options, documents, opened.openMap(META + full), cursorRegistry);
        }

        @Override
        protected Index<Object> openOrCreateUniqueIndex(
                String collection, String name, List<IndexKey> keys, boolean sparse) {
            MVMap<KeyValue, Object> positions = opened.openMap(
                    getFullCollectionNamespace(collection) + INDEX + name,
                    new MVMap.Builder<KeyValue, Object>().keyType(Values.KEY));
            return new UniqueIndex(positions, name, keys, sparse);
        }
    }

    /**
     * Two things differ from the library. It uses an index only for a query on exactly its keys, so `_id` and one field
     * more would look at all documents. And it changes stored documents in place, field by field, while another
     * thread may be sending or saving them; here a stored document never changes: who updates works on a copy.
     */
    private static final class Collection extends H2Collection {
        private final MVMap<Object, Document> documents;
        /** Guarded by the monitor that all methods below hold. */
        private boolean changing;

        Collection(MongoDatabase database, String name, CollectionOptions options,
                MVMap<Object, Document> documents, MVMap<String, Object> meta, CursorRegistry cursors) {
            super(database, name, options, documents, meta, cursors);
            this.documents = documents;
        }

        @Override
        public synchronized Document findAndModify(Document command) {
            changing = true;
            try {
                return super.findAndModify(command);
            } finally {
                changing = false;
            }
        }

        @Override
        public synchronized Document updateDocuments(Document selector, Document update, ArrayFilters arrayFilters,
                boolean isMulti, boolean isUpsert, Oplog oplog) {
            changing = true;
            try {
                return super.updateDocuments(selector, update, arrayFilters, isMulti, isUpsert, oplog);
            } finally {
                changing = false;
            }
        }

        @Override
        protected Document getDocument(Object position) {
            Document stored = super.getDocument(position);
            return changing && stored != null ? stored.cloneDeeply() : stored;
        }

        /** What is looked at is a superset of what the query asks for; every document of it is checked. */
        @Override
        protected QueryResult matchDocuments(
                Document query, Document orderBy, int limit, int skip, int batchSize, Document fields) {
            Ids ids = "_id".equals(getIdField()) ? Ids.of(query.get("_id")) : null;
            int direction = ids == null ? 0 : directionById(orderBy);
            Stream<Document> looked;
            if (ids == null) {
                looked = range(null, null, isNaturalDescending(orderBy));
            } else if (ids.single().isEmpty()) {
                looked = range(ids.from(), ids.to(), direction < 0);
            } else {
                looked = singles(ids, direction < 0);
            }
            Stream<Document> found = looked.filter(document -> documentMatchesQuery(document, query));
            Stream<Document> given = changing ? found.map(Document::cloneDeeply) : found;
            Document stillToSort = direction == 0 ? orderBy : null;
            return matchDocumentsFromStream(given, new Document(), stillToSort, limit, skip, batchSize, fields);
        }

        private Stream<Document> singles(Ids ids, boolean descending) {
            Stream<String> sorted = descending
                    ? ids.single().descendingSet().stream()
                    : ids.single().stream();
            return sorted.map(documents::get).filter(document -> document != null);
        }

        private Stream<Document> range(String from, String to, boolean descending) {
            Cursor<Object, Document> cursor = descending
                    ? documents.cursor(to, from, true)
                    : documents.cursor(from, to, false);
            Iterator<Document> values = new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return cursor.hasNext();
                }

                @Override
                public Document next() {
                    cursor.next();
                    return cursor.getValue();
                }
            };
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(values, 0), false);
        }

        /** 1 or -1 when the order of ids is the wanted one, forwards or backwards; 0 when it must be sorted. */
        private static int directionById(Document orderBy) {
            if (orderBy == null || orderBy.isEmpty()) {
                return 1;
            }
            boolean byIdAlone = orderBy.keySet().equals(Set.of("_id"));
            return byIdAlone && orderBy.get("_id") instanceof Number number ? Integer.signum(number.intValue()) : 0;
        }

        /** Counting bytes costs a write per document and serves only statistics that nobody asks for. */
        @Override
        protected boolean tracksDataSize() {
            return false;
        }
    }

    /** The library's own keeps keys as serialised Java objects and serialises again for each comparison. */
    private static final class UniqueIndex extends AbstractUniqueIndex<Object> {
        private final MVMap<KeyValue, Object> positions;

        UniqueIndex(MVMap<KeyValue, Object> positions, String name, List<IndexKey> keys, boolean sparse) {
            super(name, keys, sparse);
            this.positions = positions;
        }

        @Override
        protected Object removeDocument(KeyValue key) {
            return positions.remove(key);
        }

        @Override
        protected boolean putKeyPosition(KeyValue key, Object position) {
            return positions.putIfAbsent(key, Missing.ofNullable(position)) == null;
        }

        @Override
        protected Iterable<Map.Entry<KeyValue, Object>> getIterable() {
            return positions.entrySet();
        }

        @Override
        protected Object getPosition(KeyValue key) {
            return positions.get(key);
        }

        @Override
        public long getCount() {
            return positions.sizeAsLong();
        }

        @Override
        public boolean isEmpty() {
            return positions.isEmpty();
        }

        @Override
        public long getDataSize() {
            return 0;
        }
    }
}
