package dev.millrace.cli;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.AtomicFile;
import dev.millrace.cli.local.KeyFolder;
import dev.millrace.cli.show.Progress;
import dev.millrace.client.Files;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import java.nio.file.Path;
import java.util.Optional;

/// Reads an object to standard output or a file, or everything under a prefix into a folder.
final class GetCommand implements Command {
  private static final String STANDARD_OUTPUT = "-";

  @Override
  public void define(Syntax syntax) {
    syntax
        .value("FILE", "Write to this file or folder (default: standard output)", "-o", "--output")
        .value("RANGE", "Only these bytes: 0-99, 100- or -100 (the last 100)", "--range")
        .value("VERSION", "This version instead of the current one", "--version")
        .words(
            "BUCKET/KEY",
            1,
            1,
            "What to read; with a / at its end, or a bucket: all that is under");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    ObjectName name = ObjectName.parse(arguments.word(0));
    Optional<String> output = arguments.value("-o");
    Optional<VersionId> version = arguments.version();
    ByteRange range = arguments.value("--range").map(Ranges::parse).orElse(ByteRange.whole());
    if (name.folder()) {
      folder(name, output, version.isPresent() || arguments.flag("--range"), session);
      return;
    }
    StoredVersion found = session.millrace().files().stat(name.ref(version));
    if (output.isEmpty() || output.get().equals(STANDARD_OUTPUT)) {
      if (session.json()) {
        throw new UsageException("the object itself goes to standard output: add -o FILE");
      }
      toStandardOutput(found, range, session);
      return;
    }
    Path target = session.path(output.get());
    if (output.get().endsWith("/") || java.nio.file.Files.isDirectory(target)) {
      target = new KeyFolder(target).place(name.lastName());
    }
    toFile(found, range, target, session);
  }

  private static void toStandardOutput(StoredVersion found, ByteRange range, Session session) {
    try (Progress progress = session.progress("get", false)) {
      long total = range.resolve(found.sizeBytes()).length();
      WatchedOutput sink =
          new WatchedOutput(
              "standard output",
              session.out(),
              session.stop(),
              bytes -> progress.at(bytes, total, ""));
      read(session.millrace().files(), ObjectRef.of(found), range, sink);
    }
  }

  private static void toFile(StoredVersion found, ByteRange range, Path target, Session session) {
    long total = range.resolve(found.sizeBytes()).length();
    try (AtomicFile file = AtomicFile.create(target);
        Progress progress = session.progress("get", false)) {
      WatchedOutput sink =
          new WatchedOutput(target, file, session.stop(), bytes -> progress.at(bytes, total, ""));
      read(session.millrace().files(), ObjectRef.of(found), range, sink);
      session.stop().check();
      file.commit(true);
    }
    if (session.json()) {
      try (GetReport report = new GetReport(session)) {
        report.read(found, total, target);
      }
    }
  }

  /// Reads into `sink`, and names the sink's failure when it was that.
  static void read(Files files, ObjectRef ref, ByteRange range, WatchedOutput sink) {
    try {
      files.get(ref, range, sink);
    } catch (MillraceException e) {
      throw sink.failure().orElse(e);
    }
  }

  private static void folder(
      ObjectName name, Optional<String> output, boolean single, Session session) {
    if (single) {
      throw new UsageException(
          "--range and --version are about one object, and '" + name + "' may be many");
    }
    if (output.isEmpty() || output.get().equals(STANDARD_OUTPUT)) {
      throw new UsageException(
          "'" + name + "' may be many objects, which need a folder: add -o FOLDER");
    }
    StoredListing listing =
        StoredListing.all(session.millrace().files(), name.bucket(), name.path());
    if (!listing.hasNext()) {
      throw new MillraceException(
          ErrorCode.NO_SUCH_KEY,
          name + ": no key begins with this: see 'millrace ls " + name.bucket() + "'");
    }
    new FolderDownload(session, new KeyFolder(session.path(output.get()))).run(name, listing);
  }
}
