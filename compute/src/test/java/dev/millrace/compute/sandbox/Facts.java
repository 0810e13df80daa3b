package dev.millrace.compute.sandbox;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The facts of this machine, some of them made up.
final class Facts implements MachineFacts {
  static final UnaryOperator<List<String>> UNCHANGED = UnaryOperator.identity();

  private final MachineFacts real = new SystemFacts();
  private final Map<String, Optional<Path>> tools = new HashMap<>();
  private final Map<String, String> settings = new HashMap<>();
  private String architecture = real.architecture();
  private String mounts = real.mounts();
  private String groups = real.groups();
  private boolean systemd = real.systemd();
  private List<Path> publicFolders = real.publicFolders();

  Facts without(String tool) {
    tools.put(tool, Optional.empty());
    return this;
  }

  Facts with(String tool, Path path) {
    tools.put(tool, Optional.of(path));
    return this;
  }

  Facts setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  Facts architecture(String value) {
    architecture = value;
    return this;
  }

  Facts mounts(String text) {
    mounts = text;
    return this;
  }

  Facts groups(String text) {
    groups = text;
    return this;
  }

  Facts systemd(boolean value) {
    systemd = value;
    return this;
  }

  Facts publicFolders(List<Path> folders) {
    publicFolders = folders;
    return this;
  }

  @Override
  public String architecture() {
    return architecture;
  }

  @Override
  public boolean root() {
    return real.root();
  }

  @Override
  public Optional<Path> tool(String name) {
    return tools.getOrDefault(name, real.tool(name));
  }

  @Override
  public Map<String, String> environment() {
    return real.environment();
  }

  @Override
  public String mounts() {
    return mounts;
  }

  @Override
  public String groups() {
    return groups;
  }

  @Override
  public Optional<String> setting(String name) {
    return Optional.ofNullable(settings.get(name)).or(() -> real.setting(name));
  }

  @Override
  public boolean systemd() {
    return systemd;
  }

  @Override
  public List<Path> publicFolders() {
    return publicFolders;
  }
}
