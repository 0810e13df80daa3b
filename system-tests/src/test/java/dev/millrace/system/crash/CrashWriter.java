package dev.millrace.system.crash;

import dev.millrace.base.Clock;
import dev.millrace.client.Files;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.node.EmbeddedNode;
import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// The process that is ended: writes, copies and deletes without pause, and says each change on
/// standard output once it was acknowledged.
///
/// Lines: `READY`, `PUT key version`, `COPY key version source`, `DELETE key`, `DESTROY key
/// version`.
public final class CrashWriter {
  static final BucketName BUCKET = new BucketName("crash");

  private static final int WRITERS = 6;

  private CrashWriter() {}

  /// Arguments: home, seed.
  public static void main(String[] args) throws InterruptedException {
    Path home = Path.of(args[0]);
    SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Millrace millrace = EmbeddedNode.open(home)) {
      Files files = millrace.files();
      if (files.buckets().isEmpty()) {
        files.createBucket(BUCKET, Optional.empty());
      }
      out.println("READY");
      List<Thread> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        SplittableRandom own = random.split();
        int number = writer;
        writers.add(Thread.ofVirtual().start(() -> write(files, number, own, out)));
      }
      for (Thread writer : writers) {
        writer.join();
      }
    }
  }

  private static void write(Files files, int writer, SplittableRandom random, PrintStream out) {
    List<ObjectVersion> mine = new ArrayList<>();
    long begin = Clock.system().currentMillis();
    for (int number = 0; ; number++) {
      int what = mine.isEmpty() ? 0 : random.nextInt(10);
      if (what < 7) {
        Payload payload = Payload.random(random);
        String key = payload.key(writer, (int) (begin % 1_000_000_000) + number);
        ObjectVersion version =
            files.put(
                Files.PutRequest.of(BUCKET, new ObjectKey(key)),
                new ByteArrayInputStream(payload.bytes()));
        mine.add(version);
        say(out, "PUT " + key + " " + version.id());
      } else if (what < 8) {
        ObjectVersion source = mine.get(random.nextInt(mine.size()));
        Payload payload = Payload.ofKey(source.key().value());
        String key = payload.key(writer, (int) (begin % 1_000_000_000) + number);
        ObjectVersion copy = files.copy(ObjectRef.of(source), BUCKET, new ObjectKey(key));
        mine.add(copy);
        say(out, "COPY " + key + " " + copy.id() + " " + source.key());
      } else if (what < 9) {
        ObjectVersion version = mine.get(random.nextInt(mine.size()));
        say(out, "DESTROYING " + version.key() + " " + version.id());
        files.destroy(ObjectRef.of(version));
        mine.remove(version);
        say(out, "DESTROY " + version.key() + " " + version.id());
      } else {
        ObjectVersion version = mine.remove(random.nextInt(mine.size()));
        say(out, "DELETING " + version.key());
        files.delete(BUCKET, version.key());
        say(out, "DELETE " + version.key());
      }
    }
  }

  private static void say(PrintStream out, String line) {
    synchronized (out) {
      out.println(line);
    }
  }
}
