package dev.millrace.cli;

import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.LocalFile;
import dev.millrace.cli.local.LocalTree;
import dev.millrace.cli.local.PathNames;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Stores files, folders and standard input.
final class PutCommand implements Command {
  private static final String STANDARD_INPUT = "-";

  @Override
  public void define(Syntax syntax) {
    syntax.words(
        "FILE… BUCKET/KEY",
        2,
        Syntax.ANY,
        "Files, folders or - for standard input; then where to. A target that is a bucket or ends"
            + " with / takes each file under its own name. Of a folder, files already there with"
            + " the same size and MD5 are not sent again");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    List<String> words = arguments.words();
    if (words.size() < 2) {
      throw new UsageException("what to store, and where to, is missing");
    }
    List<String> sources = words.subList(0, words.size() - 1);
    ObjectName target = ObjectName.parse(words.getLast());
    check(sources, target);
    try (PutReport report = new PutReport(session)) {
      Uploads uploads = new Uploads(session.millrace().files(), session.stop());
      for (String source : sources) {
        session.stop().check();
        store(source, target, sources.size() > 1, session, uploads, report);
      }
      report.summarise();
    }
  }

  private static void check(List<String> sources, ObjectName target) {
    if (sources.size() > 1 && !target.folder()) {
      throw new UsageException(
          "several sources need a target that ends with a slash: write " + target + "/");
    }
    if (sources.contains(STANDARD_INPUT) && target.folder()) {
      throw new UsageException(
          "standard input has no name: write a whole key, as in " + target + "NAME");
    }
  }

  private static void store(
      String source,
      ObjectName target,
      boolean several,
      Session session,
      Uploads uploads,
      PutReport report) {
    if (source.equals(STANDARD_INPUT)) {
      ObjectKey key = target.key();
      report.stored(
          "-",
          uploads.stream(
              session.terminal().in(), target.bucket(), key, bytes -> report.at(bytes, -1)));
      return;
    }
    Runnable transfer;
    try {
      transfer = prepare(session.path(source), target, several, session, uploads, report);
    } catch (MillraceException e) {
      // Only local things were looked at so far: the next source may be better.
      report.failed(e);
      return;
    }
    transfer.run();
  }

  private static Runnable prepare(
      Path path,
      ObjectName target,
      boolean several,
      Session session,
      Uploads uploads,
      PutReport report) {
    if (Files.isDirectory(path)) {
      String prefix = target.folder() ? target.path() : target.path() + "/";
      String own = several ? PathNames.lastName(path.toAbsolutePath().normalize()) + "/" : "";
      LocalTree tree = new LocalTree(path, session.home());
      return () ->
          new FolderUpload(session, uploads, report).run(tree, target.bucket(), prefix + own);
    }
    LocalFile file = LocalFile.at(path);
    ObjectKey key = target.orBelow(PathNames.lastName(path)).key();
    return () -> send(file, target.bucket(), key, uploads, report);
  }

  private static void send(
      LocalFile file, BucketName bucket, ObjectKey key, Uploads uploads, PutReport report) {
    long total = file.expectedBytes().orElse(-1L);
    switch (uploads.file(file, bucket, key, bytes -> report.at(bytes, total))) {
      case Uploads.Sent.Stored stored -> report.stored(file.path().toString(), stored.version());
      case Uploads.Sent.Refused refused -> report.failed(refused.why());
    }
  }
}
