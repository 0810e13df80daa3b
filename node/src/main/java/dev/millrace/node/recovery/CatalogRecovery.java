package dev.millrace.node.recovery;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.catalog.CatalogBackup;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.raft.CatalogRebuild;
import dev.millrace.catalog.raft.CatalogRestore;
import dev.millrace.client.ContentReader;
import dev.millrace.client.ContentStore;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.VolumeId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.node.recovery.Salvage.Salvaged;
import dev.millrace.volumes.Disks;
import dev.millrace.volumes.VolumeUsage;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.seal.Recovery;
import dev.millrace.wire.seal.RecoveryCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts a lost or damaged catalog back, from its copies in the volumes or from what the chunks say
/// of themselves. The new catalog is made beside the old one and takes its place only when it is
/// whole; the old one is kept under another name.
public final class CatalogRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogRecovery.class);

  private final NodeId node;
  private final Disks disks;
  private final ContentStore content;
  private final RecoveryCodec codec;
  private final Path catalog;
  private final Clock clock;
  private final IdSource ids;

  /// @param catalog the folder of the catalog; need not be there
  public CatalogRecovery(
      NodeId node,
      Disks disks,
      ContentStore content,
      RecoveryCodec codec,
      Path catalog,
      Clock clock,
      IdSource ids) {
    this.node = node;
    this.disks = disks;
    this.content = content;
    this.codec = codec;
    this.catalog = catalog;
    this.clock = clock;
    this.ids = ids;
  }

  /// What a restore did.
  ///
  /// @param checkpointMillis when the checkpoint was taken
  /// @param lastMillis when the last entry was made that was executed; 0 when there was none
  /// @param unreadable checkpoints that were passed over because they are damaged
  public record Restored(
      long checkpointMillis, long entries, long lastMillis, List<String> unreadable) {
    public Restored {
      unreadable = List.copyOf(unreadable);
    }
  }

  /// Puts the catalog back as its newest copies have it, those that can be read.
  ///
  /// @param upTo as it was at that moment
  /// @throws MillraceException CORRUPT_CATALOG when there is no copy from before that moment
  public Restored restore(Optional<Instant> upTo) {
    long upToMillis = upTo.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
    List<CatalogCopy> copies =
        salvage(BucketName.CATALOG::equals).complete().stream()
            .sorted(Comparator.comparing(Salvaged::version))
            .flatMap(copy -> CatalogCopy.of(copy).stream())
            .toList();
    List<String> unreadable = new ArrayList<>();
    for (CatalogCopy copy : copies.reversed()) {
      if (copy.name() instanceof CopyName.Checkpoint && copy.millis() <= upToMillis) {
        try {
          return restore(copies, copy, upTo, unreadable);
        } catch (MillraceException e) {
          if (e.code().kind() != ErrorCode.Kind.CORRUPT) {
            throw e;
          }
          unreadable.add(String.valueOf(e.getMessage()));
        }
      }
    }
    throw new MillraceException(
        ErrorCode.CORRUPT_CATALOG,
        "catalog: no copy of it"
            + upTo.map(time -> " from before " + time).orElse("")
            + (unreadable.isEmpty()
                ? " is in the volumes"
                : " can be read (" + String.join("; ", unreadable) + ")")
            + ": rebuild it from the chunks with 'millrace catalog rebuild'");
  }

  private Restored restore(
      List<CatalogCopy> copies,
      CatalogCopy checkpoint,
      Optional<Instant> upTo,
      List<String> unreadable) {
    Path unpacked = fresh(".checkpoint");
    Path target = fresh(".new");
    try {
      try (InputStream archive = stream(checkpoint.content())) {
        FolderArchive.read(archive, unpacked);
      }
      List<CatalogCopy> chain = CatalogCopy.logBehind(checkpoint, copies);
      CatalogRestore.Restored restored =
          CatalogRestore.restore(config(target), unpacked, entries(checkpoint, chain), upTo);
      takePlace(target);
      return new Restored(
          checkpoint.millis(), restored.entries(), restored.lastMillis(), unreadable);
    } catch (IOException e) {
      throw failed(e);
    } finally {
      remove(unpacked);
      remove(target);
    }
  }

  /// Entries behind the checkpoint, each once, decoded one copy at a time.
  private Iterator<CatalogBackup.Entry> entries(CatalogCopy checkpoint, List<CatalogCopy> chain) {
    AtomicLong last = new AtomicLong(checkpoint.name().lastIndex());
    return chain.stream()
        .flatMap(copy -> {
          long before = last.getAndSet(copy.name().lastIndex());
          try (InputStream log = stream(copy.content())) {
            return LogCopy.decode(log).stream().filter(entry -> entry.index() > before);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        })
        .iterator();
  }

  /// What a rebuild did.
  ///
  /// @param versions had back
  /// @param incomplete versions that lack chunks
  /// @param unreadable versions whose bytes are damaged
  public record Rebuilt(long buckets, long versions, long incomplete, long unreadable) {}

  /// Makes the catalog anew from the chunks alone. Every file is read whole once, for its MD5.
  public Rebuilt rebuild() {
    Salvage.Result found = salvage(bucket -> !bucket.equals(BucketName.CATALOG));
    StoragePolicy policy = new StoragePolicy.Replicated(1);
    Path target = fresh(".new");
    long versions = 0;
    long unreadable = 0;
    TreeSet<BucketName> buckets = new TreeSet<>();
    try (CatalogRebuild rebuild = new CatalogRebuild(config(target))) {
      for (long volume = 1; volume <= lastVolume(); volume++) {
        rebuild.add(new CatalogCommand.CreateVolume(policy, List.of(node)));
      }
      for (Salvaged salvaged : found.complete()) {
        @Nullable String md5 = md5(salvaged);
        if (md5 == null) {
          unreadable++;
          continue;
        }
        if (buckets.add(salvaged.bucket())) {
          rebuild.add(new CatalogCommand.CreateBucket(salvaged.bucket(), policy));
        }
        rebuild.add(
            new CatalogCommand.ImportVersion(
                salvaged.bucket(),
                salvaged.key(),
                salvaged.version(),
                CatalogCopy.millis(salvaged.version()),
                stored(salvaged, md5)));
        versions++;
      }
      versions -= rebuild.finish().size();
    }
    try {
      takePlace(target);
    } catch (IOException e) {
      throw failed(e);
    } finally {
      remove(target);
    }
    return new Rebuilt(buckets.size(), versions, found.incomplete().size(), unreadable);
  }

  private long lastVolume() {
    return disks.volumes().stream().map(VolumeUsage::id).mapToLong(VolumeId::value).max().orElse(0);
  }

  private Salvage.Result salvage(Predicate<BucketName> wanted) {
    Salvage salvage = new Salvage();
    @Nullable ChunkId after = null;
    while (true) {
      List<ChunkId> page = disks.chunks(after, Limits.PAGE_ENTRIES);
      for (ChunkId chunk : page) {
        add(salvage, chunk, wanted);
      }
      if (page.size() < Limits.PAGE_ENTRIES) {
        return salvage.result();
      }
      after = page.getLast();
    }
  }

  /// Adds a chunk, unless what it says of itself is damaged: its version then lacks it.
  private void add(Salvage salvage, ChunkId chunk, Predicate<BucketName> wanted) {
    try {
      Optional<ChunkInfo> info = disks.stat(chunk);
      if (info.isPresent()) {
        Recovery recovery = codec.open(chunk, info.get().recovery());
        if (wanted.test(recovery.bucket())) {
          salvage.add(chunk, info.get().plainBytes(), recovery);
        }
      }
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.CORRUPT_DATA) {
        throw e;
      }
      LOG.error("event=chunk-says-nothing chunk={} why=\"{}\"", chunk, e.getMessage());
    }
  }

  private static Stored stored(Salvaged salvaged, String etag) {
    return new Stored(
        salvaged.manifest().sizeBytes(),
        etag,
        new Content.Chunked(salvaged.manifest()),
        salvaged.dataKey(),
        Map.of(),
        Optional.empty());
  }

  /// The MD5 of the bytes, or null when they cannot be read.
  private @Nullable String md5(Salvaged salvaged) {
    Stored stored = stored(salvaged, "");
    try (DigestOutputStream digest =
        new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("MD5"))) {
      content.open(stored).transferTo(0, stored.sizeBytes(), digest);
      return Text.hex(digest.getMessageDigest().digest());
    } catch (MillraceException e) {
      if (e.code().kind() == ErrorCode.Kind.CORRUPT || e.code() == ErrorCode.NO_SUCH_KEY) {
        return null;
      }
      throw e;
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("bug: neither can happen", e);
    }
  }

  private InputStream stream(Salvaged salvaged) {
    ContentReader reader = content.open(stored(salvaged, ""));
    return new ReaderStream(reader);
  }

  private CatalogConfig config(Path folder) {
    return CatalogConfig.of(folder, node, clock, ids);
  }

  /// A folder beside the catalog, not there yet.
  private Path fresh(String suffix) {
    Path folder = catalog.resolveSibling(catalog.getFileName() + suffix);
    remove(folder);
    return folder;
  }

  private void takePlace(Path target) throws IOException {
    if (Files.exists(catalog)) {
      Path aside =
          catalog.resolveSibling(catalog.getFileName() + ".replaced-" + clock.currentMillis());
      Files.move(catalog, aside, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(target, catalog, StandardCopyOption.ATOMIC_MOVE);
    Path parent = catalog.toAbsolutePath().getParent();
    if (parent != null) {
      try (FileChannel folder = FileChannel.open(parent, StandardOpenOption.READ)) {
        folder.force(true);
      }
    }
  }

  private static MillraceException failed(IOException e) {
    return new MillraceException(
        ErrorCode.IO_ERROR,
        "catalog recovery: " + e.getMessage() + ": the old catalog is untouched; try again",
        e);
  }

  private static void remove(Path folder) {
    FolderArchive.remove(folder);
  }
}
