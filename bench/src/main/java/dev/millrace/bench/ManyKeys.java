package dev.millrace.bench;

import dev.millrace.base.Clock;
import dev.millrace.client.Files;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.ObjectKey;
import dev.millrace.node.EmbeddedNode;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Listings of a bucket of 1,000,000 keys: pages of 1,000 with a delimiter, and all of it.
///
/// Arguments: a folder; the bucket is made in it at first.
public final class ManyKeys {
  private static final int KEYS = 1_000_000;
  private static final int KEYS_A_FOLDER = 100;
  private static final int CLIENTS = 128;
  private static final int PAGES = 300;
  private static final int ROUNDS = 5;
  private static final BucketName BUCKET = new BucketName("many");

  private ManyKeys() {}

  public static void main(String[] args) throws InterruptedException {
    try (Millrace millrace = EmbeddedNode.open(Path.of(args[0]))) {
      Files files = millrace.files();
      if (files.buckets().isEmpty()) {
        files.createBucket(BUCKET, Optional.empty());
        fill(files);
      }
      double[] pages = pageMillis(files);
      double[] rates = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        rates[round] = listAll(files);
      }
      Arrays.sort(rates);
      System.out.printf(
          Locale.ROOT,
          "page of 1,000 with delimiter: median %.2f ms, p99 %.2f ms; full listing %.0f keys/s%n",
          pages[PAGES / 2],
          pages[PAGES * 99 / 100],
          rates[ROUNDS / 2]);
    }
  }

  /// Keys of the form `f00042/k17`: 10,000 folders of 100.
  private static String key(int number) {
    return String.format(Locale.ROOT, "f%05d/k%d", number / KEYS_A_FOLDER, number % KEYS_A_FOLDER);
  }

  private static void fill(Files files) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          Thread.ofVirtual()
              .start(() -> {
                int number;
                while ((number = next.getAndIncrement()) < KEYS) {
                  files.put(
                      Files.PutRequest.of(BUCKET, new ObjectKey(key(number))),
                      new ByteArrayInputStream(new byte[] {1, 2, 3, 4}));
                }
              }));
    }
    for (Thread client : clients) {
      client.join();
    }
  }

  private static double[] pageMillis(Files files) {
    Clock clock = Clock.system();
    SplittableRandom random = new SplittableRandom(1);
    double[] millis = new double[PAGES];
    for (int warm = 0; warm < 2; warm++) {
      for (int i = 0; i < PAGES; i++) {
        String after =
            String.format(Locale.ROOT, "f%05d/", random.nextInt(KEYS / KEYS_A_FOLDER - 1000));
        ListRequest request =
            new ListRequest(
                BUCKET,
                "",
                "/",
                false,
                Optional.of(new ListRequest.Cursor(after, Optional.empty())),
                1000);
        long begin = clock.nanoTime();
        ListPage page = files.list(request);
        millis[i] = (clock.nanoTime() - begin) / 1e6;
        if (page.commonPrefixes().size() != 1000) {
          throw new IllegalStateException("a page of " + page.commonPrefixes().size());
        }
      }
    }
    Arrays.sort(millis);
    return millis;
  }

  private static double listAll(Files files) {
    Clock clock = Clock.system();
    long begin = clock.nanoTime();
    long count = 0;
    ListRequest request = ListRequest.all(BUCKET, "");
    while (true) {
      ListPage page = files.list(request);
      count += page.entries().size();
      if (page.next().isEmpty()) {
        break;
      }
      request = request.from(page.next().get());
    }
    if (count != KEYS) {
      throw new IllegalStateException(count + " keys");
    }
    return count * 1e9 / (clock.nanoTime() - begin);
  }
}
