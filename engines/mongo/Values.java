/** How documents and unique keys are written to the file: as BSON, not as serialised Java objects. */

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

final class Values {
    static final BasicDataType<Document> DOCUMENT = new DocumentType();
    static final BasicDataType<KeyValue> KEY = new KeyType();

    private Values() {}

    private static final class DocumentType extends BasicDataType<Document> {
        @Override
        public int getMemory(Document document) {
            return memoryOf(document);
        }

        @Override
        public void write(WriteBuffer target, Document document) {
            target.put(encode(document));
        }

        @Override
        public Document read(ByteBuffer source) {
            return decode(source);
        }

        @Override
        public Document[] createStorage(int size) {
            return new Document[size];
        }
    }

    /** Order: single strings by their characters, then everything else by its bytes; equal bytes are equal keys. */
    private static final class KeyType extends BasicDataType<KeyValue> {
        @Override
        public int compare(KeyValue one, KeyValue other) {
            String text = singleString(one);
            String otherText = singleString(other);
            if (text != null && otherText != null) {
                return text.compareTo(otherText);
            }
            if (text != null || otherText != null) {
                return text != null ? -1 : 1;
            }
            return Arrays.compareUnsigned(encode(asDocument(one)), encode(asDocument(other)));
        }

        private static String singleString(KeyValue key) {
            return key.size() == 1 && key.get(0) instanceof String text ? text : null;
        }

        private static Document asDocument(KeyValue key) {
            Document document = new Document();
            for (int index = 0; index < key.size(); index++) {
                document.put(Integer.toString(index), key.get(index));
            }
            return document;
        }

        @Override
        public int getMemory(KeyValue key) {
            int memory = 48;
            for (Object value : key) {
                memory += memoryOf(value);
            }
            return memory;
        }

        @Override
        public void write(WriteBuffer target, KeyValue key) {
            target.put(encode(asDocument(key)));
        }

        @Override
        public KeyValue read(ByteBuffer source) {
            List<Object> values = new ArrayList<>(decode(source).values());
            return new KeyValue(values);
        }

        @Override
        public KeyValue[] createStorage(int size) {
            return new KeyValue[size];
        }
    }

    private static byte[] encode(Document document) {
        ByteBuf buffer = Unpooled.buffer(256);
        BsonEncoder.encodeDocument(document, buffer);
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    /** BSON begins with its own length, little-endian. */
    private static Document decode(ByteBuffer source) {
        byte[] bytes = new byte[Integer.reverseBytes(source.getInt(source.position()))];
        source.get(bytes);
        return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bytes));
    }

    /** A rough number of bytes on the heap; H2 fills and forgets its pages by it. */
    private static int memoryOf(Object value) {
        if (value instanceof String text) {
            return 48 + text.length();
        }
        if (value instanceof Map<?, ?> map) {
            int memory = 96;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                memory += 48 + memoryOf(entry.getValue());
            }
            return memory;
        }
        if (value instanceof Collection<?> items) {
            int memory = 48;
            for (Object item : items) {
                memory += 8 + memoryOf(item);
            }
            return memory;
        }
        return 24;
    }
}
