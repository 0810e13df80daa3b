package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Types commands at a Millrace in memory.
final class Shell implements NodeAccess {
  /// What a command left.
  record Outcome(int status, String out, String err) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException(out, e);
      }
    }
  }

  final Path folder;
  final MemoryMillrace millrace = new MemoryMillrace();
  final Map<String, String> environment = new HashMap<>();
  byte[] input = new byte[0];
  boolean errIsTerminal;
  Path openedHome = Path.of("");
  int opened;
  List<Object> serverCalls = new CopyOnWriteArrayList<>();
  private final List<Runnable> interrupts = new CopyOnWriteArrayList<>();

  Shell(Path folder) {
    this.folder = folder;
    environment.put("MILLRACE_HOME", folder.resolve("home").toString());
  }

  Outcome run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    return run(out, args);
  }

  Outcome run(OutputStream out, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(input),
            out,
            err,
            new Terminal.Surroundings(environment, folder, () -> ZoneOffset.UTC, errIsTerminal),
            action -> {
              interrupts.add(action);
              return () -> interrupts.remove(action);
            });
    int status = CommandLine.run(args, this, terminal);
    String written = out instanceof ByteArrayOutputStream bytes ? bytes.toString(UTF_8) : "";
    return new Outcome(status, written, err.toString(UTF_8));
  }

  /// What Ctrl-C does.
  void interrupt() {
    interrupts.forEach(Runnable::run);
  }

  boolean watchesInterrupts() {
    return !interrupts.isEmpty();
  }

  String stored(String bucket, String key) {
    return new String(
        millrace.memory.content(ObjectRef.current(new BucketName(bucket), new ObjectKey(key))),
        UTF_8);
  }

  List<String> keys(String bucket) {
    return millrace.memory.bucket(new BucketName(bucket)).keySet().stream().toList();
  }

  void store(String bucket, String key, String content) {
    BucketName name = new BucketName(bucket);
    if (millrace.memory.buckets().stream().noneMatch(made -> made.name().equals(name))) {
      millrace.memory.createBucket(name, Optional.empty());
    }
    millrace.memory.commit(name, new ObjectKey(key), content.getBytes(UTF_8), Optional.empty());
  }

  Path write(String name, String content) throws IOException {
    Path path = folder.resolve(name);
    java.nio.file.Files.createDirectories(Optional.ofNullable(path.getParent()).orElse(folder));
    return java.nio.file.Files.writeString(path, content);
  }

  @Override
  public Millrace open(Path home) {
    opened++;
    openedHome = home;
    return millrace;
  }

  @Override
  public int up(UpRequest request, Terminal terminal) {
    serverCalls.add(request);
    return 0;
  }

  @Override
  public CatalogReport restoreCatalog(Path home, Optional<Instant> upTo) {
    serverCalls.add(upTo);
    return new CatalogReport(List.of(new Figure("versions", 17)), List.of());
  }

  @Override
  public CatalogReport rebuildCatalog(Path home) {
    serverCalls.add(home);
    return new CatalogReport(
        List.of(new Figure("versions", 17)), List.of("deletions since are not known"));
  }
}
