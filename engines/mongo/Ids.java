/** Which string ids a query's condition on `_id` allows: some single ones, or all between two bounds. */

import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;

/** `single` is empty for a range; both bounds are included, one of them may be open (null). */
record Ids(NavigableSet<String> single, String from, String to) {
    /** Null when the condition says nothing that helps; numbers and object ids are left to the library. */
    static Ids of(Object condition) {
        if (condition instanceof String id) {
            return one(id);
        }
        if (!(condition instanceof Document operators) || operators.isEmpty()) {
            return null;
        }
        if (operators.get("$eq") instanceof String id) {
            return one(id);
        }
        if (operators.get("$in") instanceof Collection<?> listed) {
            return some(listed);
        }
        return between(operators);
    }

    private static Ids one(String id) {
        return some(java.util.List.of(id));
    }

    private static Ids some(Collection<?> listed) {
        NavigableSet<String> single = new TreeSet<>();
        for (Object id : listed) {
            if (!(id instanceof String text)) {
                return null;
            }
            single.add(text);
        }
        return single.isEmpty() ? null : new Ids(single, null, null);
    }

    private static Ids between(Document operators) {
        String from = null;
        String to = null;
        for (String operator : operators.keySet()) {
            if (!(operators.get(operator) instanceof String bound)) {
                return null;
            }
            switch (operator) {
                case "$gt", "$gte" -> from = bound;
                case "$lt", "$lte" -> to = bound;
                default -> {
                    return null;
                }
            }
        }
        return new Ids(new TreeSet<>(), from, to);
    }
}
