package dev.millrace.compute.plugin;

import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.compute.program.Instruction;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One jar of the plug-ins' folder, with a class loader of its own.
final class PluginJar implements AutoCloseable {
  static final String SERVICE = "META-INF/services/" + Instruction.class.getName();

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final String SERVICE_ERROR =
      ServiceConfigurationError.class.getName() + ": " + Instruction.class.getName() + ": ";
  private static final int REASON = 500;
  private static final int USAGE = 500;
  private static final int DESCRIPTION = 1000;

  private final Path file;
  private final Plugin plugin;
  private final URLClassLoader loader;

  private PluginJar(Path file, URLClassLoader loader, Plugin.Patience patience) {
    this.file = file;
    this.loader = loader;
    this.plugin = new Plugin(name(file), loader, patience);
  }

  static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /// A jar that is left out, and why.
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Set<String> names;

    Unusable(String message, @Nullable Throwable cause, Set<String> names) {
      super(message, cause);
      this.names = Set.copyOf(names);
    }

    /// Of the instructions that it would have had.
    Set<String> names() {
      return names;
    }
  }

  /// Opens a jar and looks whether it says that it has instructions.
  static PluginJar open(Path file, Plugin.Patience patience) throws Unusable {
    if (!Files.isRegularFile(file)) {
      throw unusable("it is not a file", "put the plug-in's jar there");
    }
    try (JarFile jar = new JarFile(file.toFile())) {
      if (jar.getEntry(SERVICE) == null) {
        throw unusable("it has no " + SERVICE, "name the classes of its instructions there");
      }
      URL[] urls = {file.toUri().toURL()};
      URLClassLoader loader =
          new URLClassLoader("plug-in " + name(file), urls, Instruction.class.getClassLoader());
      return new PluginJar(file, loader, patience);
    } catch (IOException e) {
      throw unusable(
          "it can't be read as a jar (" + Text.printable(String.valueOf(e.getMessage())) + ")",
          "put a whole one there that this user may read");
    }
  }

  private static Unusable unusable(String why, String remedy) {
    return new Unusable(why + ": " + remedy, null, Set.of());
  }

  String name() {
    return plugin.jar();
  }

  Path file() {
    return file;
  }

  /// Makes its instructions and asks them who they are.
  List<GuardedInstruction> load() throws Unusable {
    ForeignCall<List<GuardedInstruction>> call = new ForeignCall<>(plugin, "", "loading");
    List<GuardedInstruction> found;
    try {
      found = call.answer(this::find);
    } catch (MillraceException e) {
      throw new Unusable(reason(e), e, Set.of());
    }
    if (found.isEmpty()) {
      throw unusable(SERVICE + " names none of its own classes", "name those of its instructions");
    }
    Set<String> names = new HashSet<>();
    found.forEach(instruction -> names.add(instruction.name()));
    for (GuardedInstruction instruction : found) {
      check(instruction, names);
    }
    if (names.size() < found.size()) {
      throw new Unusable("two of its instructions have one name: rename one", null, names);
    }
    return found;
  }

  /// On the plug-in's thread.
  private List<GuardedInstruction> find() {
    List<GuardedInstruction> found = new ArrayList<>();
    for (ServiceLoader.Provider<Instruction> provider :
        ServiceLoader.load(Instruction.class, loader).stream().toList()) {
      // The loader's parent has Millrace's own.
      if (provider.type().getClassLoader() == loader) {
        found.add(described(provider.get()));
      }
    }
    return found;
  }

  private GuardedInstruction described(Instruction instruction) {
    return new GuardedInstruction(
        plugin,
        instruction,
        text(instruction.name()),
        text(instruction.usage()),
        text(instruction.description()),
        31 * instruction.semantics() + Plugins.version(file).hashCode());
  }

  private static String text(@Nullable String given) {
    return given == null ? "" : given;
  }

  private void check(GuardedInstruction instruction, Set<String> names) throws Unusable {
    String name = instruction.name();
    String shown = "its instruction '" + Text.printable(name) + "'";
    if (!NAME.matcher(name).matches()) {
      throw new Unusable(
          shown
              + " has a name that can't be typed: take up to 64 lower-case letters, digits and '-',"
              + " and begin with a letter or digit",
          null,
          names);
    }
    String usage = instruction.usage();
    if (!usage.equals(name) && !usage.startsWith(name + " ")) {
      throw new Unusable(
          shown + " has a usage that does not begin with its name: begin it so", null, names);
    }
    if (isBad(usage, USAGE) || isBad(instruction.description(), DESCRIPTION)) {
      throw new Unusable(
          shown
              + " has no usage or description of one line: give it a usage of up to "
              + USAGE
              + " characters, and a description of up to "
              + DESCRIPTION,
          null,
          names);
    }
  }

  private static boolean isBad(String text, int most) {
    return text.isBlank() || text.length() > most || text.chars().anyMatch(Character::isISOControl);
  }

  /// Why loading failed, and the remedy.
  private String reason(MillraceException failure) {
    if (!(failure.getCause() instanceof ForeignFailure thrown)) {
      String message = String.valueOf(failure.getMessage());
      String prefix = "plug-in " + name() + ": ";
      return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
    String chain = thrown.chain().replace(SERVICE_ERROR, "");
    String remedy = "report it to its maker";
    if (chain.contains("UnsupportedClassVersionError")) {
      remedy = "build it for Java " + Runtime.version().feature();
    } else if (chain.contains("NoClassDefFoundError") || chain.endsWith(" not found")) {
      remedy = "put all classes that it needs into the jar";
    } else if (chain.endsWith(" not a subtype")) {
      remedy = "name classes that implement Instruction in " + SERVICE;
    }
    return "loading: " + Text.printable(chain, REASON) + ": " + remedy;
  }

  /// Lets go of the file.
  @Override
  public void close() throws IOException {
    loader.close();
  }
}
