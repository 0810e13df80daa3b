package dev.millrace.catalog.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.wire.catalog.ListingRow;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One page of a listing, by seeks: its cost follows what it returns, not what is stored. Keys that
/// share a common prefix cost one seek together.
///
/// A listing of current versions walks `objects`, whose rows hold what it shows; a listing of all
/// versions walks `versions` and reads the front of each row.
///
/// Between pages the bucket may change. A key that is there all the time is listed once. When the
/// version at which a page of all versions ended is destroyed, the next page begins at the start of
/// its key: nothing is lost, versions of that one key may come twice.
final class Listing {
  /// Rows under a common prefix that are stepped over before a seek is worth its price (a seek
  /// costs about as much as twenty steps).
  private static final int STEPS_BEFORE_SEEK = 8;

  private final Rows rows;
  private final ListRequest request;
  private final long bucketId;
  private final byte[] bucket;
  private final byte[] prefix;
  private final byte[] delimiter;

  private final List<Listed> entries = new ArrayList<>();
  private final List<String> commonPrefixes = new ArrayList<>();
  private Optional<ListRequest.Cursor> last = Optional.empty();
  private byte[] first;
  private byte[] previousKey = {};

  Listing(Rows rows, long bucketId, ListRequest request) {
    this.rows = rows;
    this.request = request;
    this.bucketId = bucketId;
    this.bucket = Keys.number(bucketId);
    this.first = bucket;
    this.prefix = utf8("prefix", request.prefix());
    this.delimiter = utf8("delimiter", request.delimiter());
  }

  private static byte[] utf8(String what, String text) {
    try {
      ByteBuffer bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    } catch (CharacterCodingException e) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          what + " '" + Text.printable(text) + "': not valid Unicode: give another",
          e);
    }
  }

  ListPage page() {
    boolean more = false;
    if (request.prefix().indexOf('\0') < 0) {
      Table table = request.allVersions() ? Table.VERSIONS : Table.OBJECTS;
      try (CatalogView.RowCursor cursor = rows.view().rows(table)) {
        more = walk(cursor);
      }
    }
    return new ListPage(entries, commonPrefixes, more ? last : Optional.empty());
  }

  /// Fills the page; true when there is more behind it.
  private boolean walk(CatalogView.RowCursor cursor) {
    byte[] range = Keys.join(bucket, prefix);
    begin();
    cursor.seek(Arrays.compareUnsigned(first, range) > 0 ? first : range);
    while (cursor.valid()) {
      byte[] row = cursor.key();
      if (!Keys.startsWith(row, range)) {
        return false;
      }
      byte[] key =
          request.allVersions()
              ? Keys.keyOfVersion(row)
              : Arrays.copyOfRange(row, Keys.BUCKET_BYTES, row.length);
      if (entries.size() + commonPrefixes.size() == request.limit()) {
        return true;
      }
      int rolledUp = commonPrefixLength(key);
      if (rolledUp > 0) {
        String common = new String(key, 0, rolledUp, UTF_8);
        commonPrefixes.add(common);
        last = Optional.of(new ListRequest.Cursor(common, Optional.empty()));
        skip(cursor, Keys.join(bucket, Arrays.copyOf(key, rolledUp)));
      } else {
        add(cursor, key, !Arrays.equals(key, previousKey));
        cursor.next();
      }
      previousKey = key;
    }
    return false;
  }

  private void add(CatalogView.RowCursor cursor, byte[] key, boolean current) {
    Listed listed =
        ListingRow.read(cursor.value()).listed(new ObjectKey(new String(key, UTF_8)), current);
    entries.add(listed);
    last =
        Optional.of(
            new ListRequest.Cursor(
                listed.key().value(),
                request.allVersions() ? Optional.of(listed.version()) : Optional.empty()));
  }

  /// Length of the key's common prefix, 0 when it is not rolled up.
  private int commonPrefixLength(byte[] key) {
    if (delimiter.length == 0) {
      return 0;
    }
    for (int i = prefix.length; i + delimiter.length <= key.length; i++) {
      if (Arrays.equals(key, i, i + delimiter.length, delimiter, 0, delimiter.length)) {
        return i + delimiter.length;
      }
    }
    return 0;
  }

  private static void skip(CatalogView.RowCursor cursor, byte[] common) {
    for (int i = 0; i < STEPS_BEFORE_SEEK; i++) {
      cursor.next();
      if (!cursor.valid() || !Keys.startsWith(cursor.key(), common)) {
        return;
      }
    }
    byte[] behind = Keys.behindPrefix(common);
    // A common prefix begins with the bucket's id, which is not all ones.
    cursor.seek(Objects.requireNonNull(behind));
  }

  /// Finds the first row that may belong to the page, and the key that the last page ended within:
  /// the next version of that key is not its current one.
  private void begin() {
    if (request.after().isEmpty()) {
      return;
    }
    ListRequest.Cursor after = request.after().get();
    byte[] key = after.key().getBytes(UTF_8);
    byte[] row = Keys.join(bucket, key);
    if (key.length > 0 && Keys.startsWith(key, prefix) && commonPrefixLength(key) == key.length) {
      first = Objects.requireNonNull(Keys.behindPrefix(row));
    } else if (!request.allVersions()) {
      first = Keys.behind(row);
    } else if (after.version().isEmpty()) {
      first = Objects.requireNonNull(Keys.behindPrefix(Keys.versions(bucketId, key)));
    } else {
      Optional<Rows.Place> place =
          rows.place(after.version().get()).filter(found -> found.of(bucketId, key));
      if (place.isPresent()) {
        first = Keys.behind(Keys.version(bucketId, key, place.get().sequence()));
        previousKey = key;
      } else {
        first = Keys.versions(bucketId, key);
      }
    }
  }
}
