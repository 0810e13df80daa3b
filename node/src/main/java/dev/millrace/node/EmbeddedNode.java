package dev.millrace.node;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.raft.RaftCatalog;
import dev.millrace.client.Admin;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.client.LocalFiles;
import dev.millrace.client.Millrace;
import dev.millrace.client.content.SealedContentStore;
import dev.millrace.compute.balancer.Balancer;
import dev.millrace.compute.executable.Programs;
import dev.millrace.compute.executable.ShippedFiles;
import dev.millrace.compute.plugin.Plugins;
import dev.millrace.compute.program.Instructions;
import dev.millrace.compute.sandbox.BubblewrapSandbox;
import dev.millrace.compute.worker.LocalWorker;
import dev.millrace.model.StoragePolicy;
import dev.millrace.node.config.ConfigReader;
import dev.millrace.node.config.NodeConfig;
import dev.millrace.node.home.Home;
import dev.millrace.node.log.LogSetup;
import dev.millrace.node.recovery.CatalogCopier;
import dev.millrace.storage.LocalStorageNodes;
import dev.millrace.storage.StorageNode;
import dev.millrace.volumes.Disks;
import dev.millrace.wire.seal.MasterKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A node of all roles in this process: the same parts that a cluster's nodes have, joined without
/// a network. Opens no port.
public final class EmbeddedNode implements Millrace {
  private static final StoragePolicy SYSTEM_POLICY = new StoragePolicy.Replicated(1);

  private final Home home;
  private final NodeConfig config;
  private final Closing closing;
  private final Files files;
  private final Jobs jobs;
  private final NodeAdmin admin;

  private EmbeddedNode(Home home, Map<String, String> settings, Closing closing) {
    this.home = home;
    this.closing = closing;
    LogSetup.toFile(home.folder());
    Clock clock = Clock.system();
    SecureRandom random = new SecureRandom();
    IdSource ids = new IdSource(clock, random);
    this.config = ConfigReader.read(home.folder().resolve("millrace.toml"), settings);
    MasterKeys keys = HomeKeys.open(home, random);
    DiskSet diskSet = new DiskSet(home, config, ids, clock);
    Disks disks = closing.add(diskSet.open(!java.nio.file.Files.exists(home.catalog())));
    refuseLostCatalog(home, disks);
    RaftCatalog raft =
        closing.add(RaftCatalog.open(CatalogConfig.of(home.catalog(), home.node(), clock, ids)));
    CountedCatalog catalog = new CountedCatalog(raft);
    LocalStorageNodes nodes = new LocalStorageNodes(new StorageNode(home.node(), disks), random);
    SealedContentStore content = closing.add(new SealedContentStore(catalog, nodes, keys, ids));
    SystemBuckets.ensure(catalog, SYSTEM_POLICY);
    NodeUpkeep upkeep =
        new NodeUpkeep(
            new NodeUpkeep.Parts(
                home,
                disks,
                nodes,
                catalog,
                raft,
                content,
                new CatalogCopier(
                    raft,
                    raft,
                    content,
                    ids,
                    clock,
                    catalog::changes,
                    home.folder().resolve("catalog.copy"))),
            config,
            clock);
    closing.add(upkeep::lastRound);
    Plugins plugins = closing.add(Plugins.load(home.plugins(), Instructions.load()));
    PluginJobs pluginJobs =
        closing.add(new PluginJobs(home.folder().resolve("plugin-jobs"), plugins.versions()));
    int slots = config.slots() > 0 ? config.slots() : Runtime.getRuntime().availableProcessors();
    BubblewrapSandbox sandbox = closing.add(new BubblewrapSandbox(home.sandbox(), clock));
    sandbox.removeRemains();
    ShippedFiles shipped = new ShippedFiles(catalog, content, home.folder().resolve("programs"));
    Programs programs = new Programs(plugins.instructions(), sandbox, shipped);
    LocalWorker worker = closing.add(new LocalWorker(content, home.node(), slots, clock));
    Balancer balancer =
        closing.add(new Balancer(catalog, content, worker, programs, ids, clock, SYSTEM_POLICY));
    balancer.resumeAll(pluginJobs);
    pluginJobs.started();
    closing.add(upkeep.start());
    this.files = new LocalFiles(catalog, content, nodes, ids);
    this.jobs = balancer;
    this.admin =
        new NodeAdmin(
            home.node(),
            diskSet,
            disks,
            new NodeAdmin.Tasks(
                upkeep.scrubber(), raft::verify, new KeyRotationTask(catalog, keys), sandbox),
            slots);
  }

  /// A home whose volumes hold chunks has a catalog. Going on without it would show an empty store,
  /// and sweep the chunks a day later.
  private static void refuseLostCatalog(Home home, Disks disks) {
    if (disks.usage().chunks() > 0 && isMissingOrEmpty(home.catalog())) {
      throw new MillraceException(
          ErrorCode.CORRUPT_CATALOG,
          "catalog "
              + home.catalog()
              + ": it is gone, and the volumes are not empty: put it back, or restore it with"
              + " 'millrace catalog restore' or 'millrace catalog rebuild'");
    }
  }

  private static boolean isMissingOrEmpty(Path folder) {
    try (Stream<Path> entries = java.nio.file.Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "folder " + folder + ": " + e.getMessage() + ": look at the disk", e);
    }
  }

  /// Opens the node of a home in this process.
  ///
  /// @throws dev.millrace.base.MillraceException HOME_IN_USE and what [#tryOpen] throws
  public static EmbeddedNode open(Path home) {
    return tryOpen(home, Map.of())
        .orElseThrow(() -> HomeAccess.inUse(home, dev.millrace.node.home.RunningNode.find(home)));
  }

  /// Opens the node of a home unless another process has it open.
  ///
  /// @throws dev.millrace.base.MillraceException HOME_VERSION, KEY_MISSING, CORRUPT_CATALOG,
  ///   CORRUPT_LOG, CONFIGURATION, DISK_FULL, READ_ONLY, ACCESS_DENIED, IO_ERROR
  static Optional<EmbeddedNode> tryOpen(Path folder, Map<String, String> settings) {
    IdSource ids = new IdSource(Clock.system(), new SecureRandom());
    Optional<Home> home = Home.open(folder, ids);
    if (home.isEmpty()) {
      return Optional.empty();
    }
    Closing closing = new Closing();
    closing.add(home.get());
    try {
      return Optional.of(new EmbeddedNode(home.get(), settings, closing));
    } catch (RuntimeException | Error e) {
      closing.close();
      throw e;
    }
  }

  Home home() {
    return home;
  }

  NodeConfig config() {
    return config;
  }

  /// Says where this node's API listens.
  void listensAt(URI address) {
    admin.reachableAt(address.toString());
  }

  @Override
  public Files files() {
    return files;
  }

  @Override
  public Jobs jobs() {
    return jobs;
  }

  @Override
  public Admin admin() {
    return admin;
  }

  /// Ends in order: work first, then what it works on, the home last.
  @Override
  public void close() {
    closing.close();
  }
}
