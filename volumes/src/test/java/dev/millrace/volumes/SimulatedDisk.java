package dev.millrace.volumes;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A disk in memory that forgets what was not synced, and fails when it is told to.
///
/// It keeps, beside what a process sees, what the platter has: contents per file up to its last
/// sync, names up to the last sync of a folder. [#powerCut] leaves of the rest a random part: of
/// the data any sectors, of the names any first so many changes (a journal keeps their order).
final class SimulatedDisk implements DiskIo {
  static final int SECTOR_BYTES = 512;

  /// Everything that this disk can be told to fail.
  enum Operation {
    CREATE,
    WRITE,
    READ,
    SYNC,
    TRUNCATE,
    PUNCH,
    MOVE,
    DELETE,
    SYNC_FOLDER
  }

  /// Decides which operation fails, and how.
  @FunctionalInterface
  interface Fault {
    /// The message of the failure; null for none.
    @Nullable String of(Operation operation, Path file);
  }

  private static final class Inode {
    byte[] visible = new byte[0];
    byte[] durable = new byte[0];
    final TreeSet<Long> dirty = new TreeSet<>();
    long allocated;
  }

  private TreeMap<Path, Inode> names = new TreeMap<>();
  private TreeMap<Path, Inode> durableNames = new TreeMap<>();
  private final List<TreeMap<Path, Inode>> nameJournal = new ArrayList<>();
  private final TreeSet<Path> folders = new TreeSet<>();
  private final TreeSet<Path> locked = new TreeSet<>();
  private Fault fault = (operation, file) -> null;
  private long capacityBytes = 1L << 40;
  private long operations;
  private long crashAfter = Long.MAX_VALUE;
  private boolean canPunch = true;
  private int generation;

  // --- what tests do to it

  synchronized void failing(Fault newFault) {
    fault = newFault;
  }

  synchronized void healthy() {
    fault = (operation, file) -> null;
  }

  synchronized void capacity(long bytes) {
    capacityBytes = bytes;
  }

  synchronized void withoutHoles() {
    canPunch = false;
  }

  /// All operations after the next `count` fail, as they do for a process whose machine is gone.
  synchronized void crashAfter(long count) {
    crashAfter = operations + count;
  }

  synchronized boolean crashing() {
    return crashAfter != Long.MAX_VALUE;
  }

  synchronized long operations() {
    return operations;
  }

  /// Cuts the power: what was not synced survives by chance. Files that are open are so no more.
  synchronized void powerCut(Random random) {
    generation++;
    locked.clear();
    crashAfter = Long.MAX_VALUE;
    int kept = random.nextInt(nameJournal.size() + 1);
    TreeMap<Path, Inode> survived = kept == 0 ? durableNames : nameJournal.get(kept - 1);
    for (Inode inode : new ArrayList<>(survived.values())) {
      settle(inode, random);
    }
    names = new TreeMap<>(survived);
    durableNames = new TreeMap<>(survived);
    nameJournal.clear();
  }

  /// Kills the process: all that was written stays.
  synchronized void kill() {
    generation++;
    locked.clear();
    crashAfter = Long.MAX_VALUE;
  }

  private static void settle(Inode inode, Random random) {
    byte[] result = inode.durable.clone();
    int chance = random.nextInt(5);
    for (long sector : inode.dirty) {
      if (random.nextInt(4) < chance) {
        int from = (int) sector * SECTOR_BYTES;
        int to = Math.min(from + SECTOR_BYTES, inode.visible.length);
        if (from < to) {
          result = Arrays.copyOf(result, Math.max(result.length, to));
          System.arraycopy(inode.visible, from, result, from, to - from);
        }
      }
    }
    if (inode.visible.length < result.length && random.nextBoolean()) {
      result = Arrays.copyOf(result, inode.visible.length);
    }
    inode.visible = result;
    inode.durable = result.clone();
    inode.dirty.clear();
  }

  /// The bytes of a file, to be damaged.
  synchronized byte[] contents(Path file) {
    Inode inode = names.get(file);
    return inode == null ? new byte[0] : inode.visible;
  }

  synchronized List<Path> files() {
    return List.copyOf(names.keySet());
  }

  synchronized void remove(Path file) {
    names.remove(file);
    durableNames.remove(file);
  }

  // --- DiskIo

  private void begin(Operation operation, Path file) throws IOException {
    if (operations++ >= crashAfter) {
      throw new IOException("Input/output error (the machine is gone)");
    }
    String failure = fault.of(operation, file);
    if (failure != null) {
      throw new IOException(failure);
    }
  }

  private void journal() {
    nameJournal.add(new TreeMap<>(names));
  }

  private long used() {
    return names.values().stream().mapToLong(inode -> inode.allocated).sum();
  }

  @Override
  public synchronized boolean exists(Path path) {
    return names.containsKey(path) || folders.contains(path);
  }

  @Override
  public synchronized List<String> list(Path folder) throws IOException {
    if (!folders.contains(folder)) {
      throw new FileNotFoundException(folder.toString());
    }
    TreeSet<String> found = new TreeSet<>();
    for (Path path : names.keySet()) {
      addChild(folder, path, found);
    }
    for (Path path : folders) {
      addChild(folder, path, found);
    }
    return List.copyOf(found);
  }

  private static void addChild(Path folder, Path path, Set<String> found) {
    if (folder.equals(path.getParent())) {
      found.add(String.valueOf(path.getFileName()));
    }
  }

  @Override
  public synchronized void createFolder(Path folder) throws IOException {
    begin(Operation.CREATE, folder);
    for (Path path = folder; path != null; path = path.getParent()) {
      folders.add(path);
    }
  }

  @Override
  public synchronized void syncFolder(Path folder) throws IOException {
    begin(Operation.SYNC_FOLDER, folder);
    durableNames = new TreeMap<>(names);
    nameJournal.clear();
  }

  @Override
  public synchronized SegmentFile create(Path file) throws IOException {
    begin(Operation.CREATE, file);
    if (names.containsKey(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Inode inode = new Inode();
    names.put(file, inode);
    journal();
    return new Handle(file, inode);
  }

  @Override
  public synchronized SegmentFile open(Path file) throws IOException {
    Inode inode = names.get(file);
    if (inode == null) {
      throw new FileNotFoundException(file.toString());
    }
    return new Handle(file, inode);
  }

  @Override
  public synchronized void move(Path from, Path to) throws IOException {
    begin(Operation.MOVE, from);
    Inode inode = names.remove(from);
    if (inode == null) {
      throw new FileNotFoundException(from.toString());
    }
    names.put(to, inode);
    journal();
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    begin(Operation.DELETE, file);
    names.remove(file);
    journal();
  }

  @Override
  public synchronized Space space(Path folder) {
    return new Space(capacityBytes, Math.max(0, capacityBytes - used()));
  }

  @Override
  public synchronized AutoCloseable lock(Path folder) {
    if (!locked.add(folder)) {
      throw new MillraceException(ErrorCode.HOME_IN_USE, folder + ": in use: stop the other");
    }
    int mine = generation;
    return () -> unlock(folder, mine);
  }

  private synchronized void unlock(Path folder, int lockedIn) {
    if (lockedIn == generation) {
      locked.remove(folder);
    }
  }

  private final class Handle implements SegmentFile {
    private final Path path;
    private final Inode inode;
    private final int openedIn = generation;
    private boolean closed;

    private Handle(Path path, Inode inode) {
      this.path = path;
      this.inode = inode;
    }

    private void start(Operation operation) throws IOException {
      if (closed || openedIn != generation) {
        throw new ClosedChannelException();
      }
      begin(operation, path);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (SimulatedDisk.this) {
        start(Operation.WRITE);
        long room = capacityBytes - used();
        long end = position + source.remaining();
        long grown = Math.max(0, end - inode.visible.length);
        boolean full = grown > room;
        if (full) {
          source.limit((int) Math.max(source.position(), source.limit() - (grown - room)));
        }
        int length = source.remaining();
        int to = (int) position + length;
        if (length > 0) {
          inode.allocated += Math.max(0, to - inode.visible.length);
          inode.visible = Arrays.copyOf(inode.visible, Math.max(inode.visible.length, to));
          source.get(inode.visible, (int) position, length);
          dirty(position, to);
        }
        if (full) {
          throw new IOException("No space left on device");
        }
      }
    }

    private void dirty(long from, long to) {
      for (long sector = from / SECTOR_BYTES; sector * SECTOR_BYTES < to; sector++) {
        inode.dirty.add(sector);
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      synchronized (SimulatedDisk.this) {
        start(Operation.READ);
        int length =
            (int) Math.max(0, Math.min(target.remaining(), inode.visible.length - position));
        target.put(inode.visible, (int) Math.min(position, inode.visible.length), length);
        return length;
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (SimulatedDisk.this) {
        try {
          start(Operation.SYNC);
        } catch (IOException e) {
          inode.dirty.clear(); // as Linux does: the pages count as clean from now on
          throw e;
        }
        inode.durable = inode.visible.clone();
        inode.dirty.clear();
      }
    }

    @Override
    public long size() {
      synchronized (SimulatedDisk.this) {
        return inode.visible.length;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (SimulatedDisk.this) {
        start(Operation.TRUNCATE);
        if (size < inode.visible.length) {
          inode.allocated = Math.max(0, inode.allocated - (inode.visible.length - size));
          inode.visible = Arrays.copyOf(inode.visible, (int) size);
        }
      }
    }

    @Override
    public boolean punch(long from, long to) throws IOException {
      synchronized (SimulatedDisk.this) {
        start(Operation.PUNCH);
        if (!canPunch) {
          return false;
        }
        int end = (int) Math.min(to, inode.visible.length);
        if (from < end) {
          Arrays.fill(inode.visible, (int) from, end, (byte) 0);
          inode.allocated = Math.max(0, inode.allocated - (end - from));
          dirty(from, end);
        }
        return true;
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
