package dev.millrace.catalog.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.state.CatalogTables;
import dev.millrace.catalog.state.CatalogView;
import dev.millrace.catalog.state.Overlay;
import dev.millrace.catalog.state.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The tables as RocksDB column families.
///
/// RocksDB's own write-ahead log is off: the Raft log is the log. What is on disk is therefore the
/// state after some earlier entry, whole in all column families (atomic flush), with the index of
/// that entry in it; the entries behind it are executed again from the Raft log.
///
/// [#write] and the other `CatalogTables` methods are for one thread; [#read] is for any. Reading
/// verifies every block's checksum: damage fails with CORRUPT_CATALOG and is never answered.
public final class RocksTables implements CatalogTables, AutoCloseable {
  /// Memory for changes that are not yet in a file, over all tables.
  private static final long WRITE_BUFFER_BYTES = 64 * ByteUnits.MIB;

  /// Flushed files of a table that are merged at a time. With half as many, and half the memory for
  /// changes, merging took 13 % of the processors of a node that stored small objects; so 1 %.
  private static final int FILES_MERGED = 8;

  /// Of all tables together. A page of a listing with a delimiter looks into as many blocks as it
  /// has entries: with a quarter of this one of a million keys took three times as long.
  private static final long BLOCK_CACHE_BYTES = 128 * ByteUnits.MIB;

  private static final int BLOOM_BITS_PER_KEY = 10;
  private static final int OPEN_FILES = 256;
  private static final long FILE_BYTES = 64 * ByteUnits.MIB;

  /// A row with inline content lies in a file of such rows, which compaction does not copy again
  /// and again.
  private static final long BLOB_BYTES = ByteUnits.KIB;

  /// The oldest of those files, as a share, from which compaction moves rows on: all that it meets,
  /// garbage or not.
  private static final double BLOB_AGE_CUTOFF = 0.05;

  private static final byte[] APPLIED_KEY = "applied".getBytes(UTF_8);
  private static final byte[] FORMAT_KEY = "format".getBytes(UTF_8);
  private static final byte[] FORMAT = {0, 0, 0, 1};

  private final Path folder;
  private final Deque<AbstractImmutableNativeReference> owned = new ArrayDeque<>();
  private final Map<Table, ColumnFamilyHandle> families = new EnumMap<>(Table.class);
  private final ColumnFamilyHandle defaultFamily;
  private final RocksDB db;
  private final WriteOptions writeOptions;
  private final ReadOptions latest;
  private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
  private volatile Applied applied;
  private boolean closed;

  static {
    RocksDB.loadLibrary();
  }

  /// Opens the tables in `folder`, which is made when it isn't there.
  ///
  /// @throws MillraceException CORRUPT_CATALOG, HOME_VERSION, IO_ERROR, DISK_FULL
  public RocksTables(Path folder) {
    this.folder = folder;
    boolean opened = false;
    try {
      Files.createDirectories(folder);
      boolean fresh = !Files.exists(folder.resolve("CURRENT"));
      refuseLost(fresh);
      writeOptions = own(new WriteOptions()).setDisableWAL(true);
      latest = own(new ReadOptions());
      LRUCache cache = own(new LRUCache(BLOCK_CACHE_BYTES));
      ColumnFamilyOptions plain = own(familyOptions(CompressionType.LZ4_COMPRESSION, cache));
      // Sealed bytes and random ids: nothing to gain.
      ColumnFamilyOptions sealed =
          own(familyOptions(CompressionType.NO_COMPRESSION, cache))
              .setEnableBlobFiles(true)
              .setMinBlobSize(BLOB_BYTES)
              .setBlobFileSize(FILE_BYTES)
              .setEnableBlobGarbageCollection(true)
              .setBlobGarbageCollectionAgeCutoff(BLOB_AGE_CUTOFF);
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, plain));
      for (Table table : Table.values()) {
        descriptors.add(
            new ColumnFamilyDescriptor(
                table.storedName().getBytes(UTF_8), table == Table.VERSIONS ? sealed : plain));
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      db = own(RocksDB.open(own(dbOptions()), folder.toString(), descriptors, handles));
      handles.forEach(this::own);
      defaultFamily = handles.get(0);
      Iterator<ColumnFamilyHandle> ofTables = handles.subList(1, handles.size()).iterator();
      for (Table table : Table.values()) {
        families.put(table, ofTables.next());
      }
      applied = readApplied();
      checkFormat(fresh);
      opened = true;
    } catch (RocksDBException e) {
      throw RocksErrors.of(folder, e);
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR,
          "catalog " + folder + ": " + e.getMessage() + ": look at the disk",
          e);
    } finally {
      if (!opened) {
        releaseOwned();
      }
    }
  }

  /// Files but no CURRENT: it was lost, and opening would begin an empty catalog.
  private void refuseLost(boolean fresh) throws IOException {
    if (!fresh) {
      return;
    }
    try (java.util.stream.Stream<Path> files = Files.list(folder)) {
      Optional<Path> table =
          files.filter(file -> file.getFileName().toString().endsWith(".sst")).findAny();
      if (table.isPresent()) {
        throw new MillraceException(
            ErrorCode.CORRUPT_CATALOG,
            "catalog "
                + folder
                + "/CURRENT: it is gone, and its tables are not: restore it with 'millrace catalog"
                + " restore'");
      }
    }
  }

  private static DBOptions dbOptions() {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setAtomicFlush(true)
        .setParanoidChecks(true)
        .setMaxOpenFiles(OPEN_FILES)
        .setDbWriteBufferSize(WRITE_BUFFER_BYTES)
        .setMaxBackgroundJobs(2)
        .setBytesPerSync(ByteUnits.MIB)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(2)
        .setMaxLogFileSize(ByteUnits.MIB)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  private ColumnFamilyOptions familyOptions(CompressionType compression, LRUCache cache) {
    BloomFilter bloom = own(new BloomFilter(BLOOM_BITS_PER_KEY));
    return new ColumnFamilyOptions()
        .setWriteBufferSize(WRITE_BUFFER_BYTES)
        .setTargetFileSizeBase(FILE_BYTES)
        .setLevel0FileNumCompactionTrigger(FILES_MERGED)
        .setCompressionType(compression)
        .setLevelCompactionDynamicLevelBytes(true)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(bloom)
                .setFormatVersion(6)
                .setBlockSize(8 * ByteUnits.KIB));
  }

  private <T extends AbstractImmutableNativeReference> T own(T reference) {
    owned.push(reference);
    return reference;
  }

  private void releaseOwned() {
    while (!owned.isEmpty()) {
      owned.pop().close();
    }
  }

  private void checkFormat(boolean fresh) throws RocksDBException {
    byte[] format = db.get(defaultFamily, latest, FORMAT_KEY);
    if (format == null && (fresh || applied.equals(Applied.NOTHING))) {
      db.put(defaultFamily, writeOptions, FORMAT_KEY, FORMAT);
    } else if (!Arrays.equals(format, FORMAT)) {
      throw new MillraceException(
          ErrorCode.HOME_VERSION,
          "catalog "
              + folder
              + ": format "
              + (format == null ? "none" : Arrays.toString(format))
              + " is not this version's: start the version that wrote it");
    }
  }

  private Applied readApplied() throws RocksDBException {
    byte[] value = db.get(defaultFamily, latest, APPLIED_KEY);
    if (value == null) {
      return Applied.NOTHING;
    }
    ByteBuffer buffer = ByteBuffer.wrap(value);
    return new Applied(buffer.getLong(), buffer.getLong());
  }

  @SuppressWarnings("NullAway") // every table has its family from the constructor on
  private ColumnFamilyHandle family(Table table) {
    return families.get(table);
  }

  @Override
  public byte @Nullable [] get(Table table, byte[] key) {
    return get(latest, table, key);
  }

  private byte @Nullable [] get(ReadOptions options, Table table, byte[] key) {
    try {
      return db.get(family(table), options, key);
    } catch (RocksDBException e) {
      throw RocksErrors.of(folder, e);
    }
  }

  @Override
  public CatalogView.RowCursor rows(Table table) {
    return new Cursor(db.newIterator(family(table), latest), folder);
  }

  /// Reads from one state, while writing goes on.
  ///
  /// @throws MillraceException UNAVAILABLE when closed; what the reader throws
  public <R> R read(Function<CatalogView, R> reader) {
    lifetime.readLock().lock();
    try {
      requireOpen();
      Snapshot snapshot = db.getSnapshot();
      try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
        return reader.apply(new SnapshotView(options));
      } finally {
        db.releaseSnapshot(snapshot);
      }
    } finally {
      lifetime.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new MillraceException(
          ErrorCode.UNAVAILABLE, "catalog " + folder + ": it is closed: try again later");
    }
  }

  private final class SnapshotView implements CatalogView {
    private final ReadOptions options;

    SnapshotView(ReadOptions options) {
      this.options = options;
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
      return RocksTables.this.get(options, table, key);
    }

    @Override
    public RowCursor rows(Table table) {
      return new Cursor(db.newIterator(family(table), options), folder);
    }
  }

  @Override
  public void write(Overlay changes, Applied after) {
    try (WriteBatch batch = new WriteBatch()) {
      for (Table table : Table.values()) {
        ColumnFamilyHandle family = family(table);
        for (Map.Entry<byte[], Optional<byte[]>> change : changes.changes(table).entrySet()) {
          if (change.getValue().isPresent()) {
            batch.put(family, change.getKey(), change.getValue().get());
          } else {
            batch.delete(family, change.getKey());
          }
        }
      }
      putApplied(batch, after);
      db.write(writeOptions, batch);
      applied = after;
    } catch (RocksDBException e) {
      throw RocksErrors.of(folder, e);
    }
  }

  private void putApplied(WriteBatch batch, Applied after) throws RocksDBException {
    batch.put(
        defaultFamily,
        APPLIED_KEY,
        ByteBuffer.allocate(16).putLong(after.term()).putLong(after.index()).array());
  }

  /// Says that the state is that after another entry: for a catalog that begins a log of its own.
  public void renumber(Applied as) {
    try (WriteBatch batch = new WriteBatch()) {
      putApplied(batch, as);
      db.write(writeOptions, batch);
      applied = as;
    } catch (RocksDBException e) {
      throw RocksErrors.of(folder, e);
    }
  }

  @Override
  public Applied applied() {
    return applied;
  }

  /// Writes all that is in memory to files.
  public void flush() {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      List<ColumnFamilyHandle> all = new ArrayList<>(families.values());
      all.add(defaultFamily);
      db.flush(options, all);
    } catch (RocksDBException e) {
      throw RocksErrors.of(folder, e);
    }
  }

  /// Makes a folder that holds the present state: links to the table files, copies of the rest.
  /// `target` must not be there. For the writing thread.
  public Applied checkpoint(Path target) {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      Applied at = applied;
      checkpoint.createCheckpoint(target.toString());
      return at;
    } catch (RocksDBException e) {
      throw RocksErrors.of(folder, e);
    }
  }

  /// Reads every table file and verifies it.
  ///
  /// @throws MillraceException CORRUPT_CATALOG with the file's name
  public void verify() {
    lifetime.readLock().lock();
    try {
      requireOpen();
      db.verifyChecksum();
      verifyBlobs();
    } catch (RocksDBException e) {
      throw RocksErrors.of(folder, e);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /// Reads what the check of the tables leaves out: the files of large rows.
  private void verifyBlobs() throws RocksDBException {
    try (ReadOptions options = new ReadOptions().setFillCache(false);
        RocksIterator rows = db.newIterator(family(Table.VERSIONS), options)) {
      for (rows.seekToFirst(); rows.isValid(); rows.next()) {
        byte[] _ = rows.value();
      }
      rows.status();
    }
  }

  /// Waits for readers, then closes. What is only in memory goes to files where it can.
  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        releaseOwned();
      }
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  private static final class Cursor implements CatalogView.RowCursor {
    private final RocksIterator iterator;
    private final Path folder;

    Cursor(RocksIterator iterator, Path folder) {
      this.iterator = iterator;
      this.folder = folder;
    }

    @Override
    public void seek(byte[] key) {
      iterator.seek(key);
    }

    @Override
    public boolean valid() {
      if (iterator.isValid()) {
        return true;
      }
      try {
        iterator.status();
      } catch (RocksDBException e) {
        throw RocksErrors.of(folder, e);
      }
      return false;
    }

    @Override
    public void next() {
      iterator.next();
    }

    @Override
    public byte[] key() {
      return iterator.key();
    }

    @Override
    public byte[] value() {
      return iterator.value();
    }

    @Override
    public void close() {
      iterator.close();
    }
  }
}
