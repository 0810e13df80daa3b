package dev.millrace.compute.plugin;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.Instructions;
import dev.millrace.compute.program.LeftOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The plug-ins of a home: every jar of one folder, in the order of their names, each with a class
/// loader of its own below Millrace's. A jar that can't be used is left out as a whole, with one
/// line in the log; the others are loaded all the same.
public final class Plugins implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

  private static final String MILLRACE = "one that comes with Millrace";

  /// Jars that are loaded; more are left out.
  static final int JARS = 64;

  private final List<PluginJar> jars = new ArrayList<>();
  private final Map<String, Instruction> byName = new HashMap<>();
  private final Map<String, String> owners = new HashMap<>();
  private final Map<String, Path> files = new HashMap<>();
  private final List<LeftOut> leftOut = new ArrayList<>();

  private Plugins() {}

  /// Loads what is in `folder`, which may be missing.
  ///
  /// @param builtIn whose names plug-ins can't take
  public static Plugins load(Path folder, Instructions builtIn) {
    return load(folder, builtIn, Plugin.Patience.USUAL);
  }

  static Plugins load(Path folder, Instructions builtIn, Plugin.Patience patience) {
    Plugins plugins = new Plugins();
    for (Instruction instruction : builtIn.all()) {
      plugins.byName.put(instruction.name(), instruction);
      plugins.owners.put(instruction.name(), MILLRACE);
    }
    List<Path> files = plugins.list(folder);
    for (int i = 0; i < files.size(); i++) {
      plugins.add(files.get(i), i < JARS, patience);
    }
    return plugins;
  }

  /// An instruction with the guards that stand around those of a plug-in.
  ///
  /// @param jar named in messages
  public static Instruction guarded(String jar, Instruction instruction) {
    ClassLoader loader = instruction.getClass().getClassLoader();
    Plugin plugin =
        new Plugin(
            jar, loader == null ? Plugins.class.getClassLoader() : loader, Plugin.Patience.USUAL);
    return new GuardedInstruction(
        plugin,
        instruction,
        instruction.name(),
        instruction.usage(),
        instruction.description(),
        instruction.semantics());
  }

  private List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(file -> PluginJar.name(file).endsWith(".jar"))
          .filter(file -> !PluginJar.name(file).startsWith("."))
          .sorted((a, b) -> PluginJar.name(a).compareTo(PluginJar.name(b)))
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      leaveOut(
          PluginJar.name(folder),
          Set.of(),
          "folder "
              + folder
              + ": can't be read ("
              + e
              + "): make it a folder that this user may read");
      return List.of();
    }
  }

  private void add(Path file, boolean hasRoom, Plugin.Patience patience) {
    String name = PluginJar.name(file);
    try {
      if (!hasRoom) {
        throw new PluginJar.Unusable(
            "there are " + JARS + " before it: remove those that nobody needs", null, Set.of());
      }
      PluginJar jar = PluginJar.open(file, patience);
      jars.add(jar); // closed with the others, even when it is left out
      addAll(jar, jar.load());
    } catch (PluginJar.Unusable e) {
      leaveOut(name, e.names(), "plug-in " + name + ": " + e.getMessage());
    }
  }

  private void addAll(PluginJar jar, List<GuardedInstruction> instructions)
      throws PluginJar.Unusable {
    for (GuardedInstruction instruction : instructions) {
      String owner = owners.get(instruction.name());
      if (owner != null) {
        throw new PluginJar.Unusable(
            "its instruction '"
                + instruction.name()
                + "' has the name of "
                + owner
                + (owner.equals(MILLRACE) ? ": rename it" : ": remove one of the two"),
            null,
            Set.of());
      }
    }
    for (GuardedInstruction instruction : instructions) {
      byName.put(instruction.name(), instruction);
      owners.put(instruction.name(), "one of plug-in " + jar.name());
      files.put(instruction.name(), jar.file());
    }
    LOG.info(
        "event=plugin-loaded plugin={} instructions={}",
        jar.name(),
        instructions.stream().map(GuardedInstruction::name).toList());
  }

  private void leaveOut(String plugin, Set<String> names, String why) {
    LOG.warn("event=plugin-left-out plugin={} why=\"{}\"", plugin, why);
    leftOut.add(new LeftOut(plugin, names, why));
  }

  /// Millrace's own instructions and those of the plug-ins.
  public Instructions instructions() {
    return new Instructions(byName.values(), leftOut);
  }

  /// Which jar each instruction of these plug-ins comes from: its size and the time of its last
  /// change, so that a replaced one is told from it.
  ///
  /// @throws MillraceException IO_ERROR
  public Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    files.forEach((instruction, jar) -> versions.put(instruction, version(jar)));
    return versions;
  }

  /// Tells a jar from one that replaced it.
  static String version(Path jar) {
    try {
      return Files.size(jar) + "-" + Files.getLastModifiedTime(jar).to(TimeUnit.NANOSECONDS);
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "plug-in " + jar + ": " + e.getMessage() + ": put it back", e);
    }
  }

  /// Lets go of the jars. Instructions must not be called any more.
  @Override
  public void close() {
    for (PluginJar jar : jars) {
      try {
        jar.close();
      } catch (IOException e) {
        LOG.warn("event=plugin-close-failed plugin={}", jar.name(), e);
      }
    }
  }
}
