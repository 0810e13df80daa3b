package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.MillraceException;
import dev.millrace.client.Millrace;
import dev.millrace.model.ByteRange;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// Threads that put and get until they are refused.
final class Load {
  private static final int PUTS_FIRST = 12;
  private static final int[] SIZES = {100, 20_000, 900_000, 9_000_000};

  private final Millrace millrace;
  private final Shop shop;
  private final CountDownLatch underWay = new CountDownLatch(PUTS_FIRST);
  private final List<Throwable> odd = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  private Load(Millrace millrace, Shop shop) {
    this.millrace = millrace;
    this.shop = shop;
  }

  /// Begins, and returns when much is under way.
  static Load start(Millrace millrace, Shop shop) throws InterruptedException {
    Load load = new Load(millrace, shop);
    byte[] known = Content.random(0, 3_000_000);
    shop.put(millrace.files(), "known", known);
    for (int size : SIZES) {
      load.threads.add(
          Thread.ofVirtual()
              .start(() ->
                  load.untilRefused(number -> {
                    shop.put(
                        millrace.files(),
                        "put-" + size + "-" + number,
                        Content.random(number, size));
                    load.underWay.countDown();
                  })));
    }
    load.threads.add(
        Thread.ofVirtual()
            .start(() ->
                load.untilRefused(_ ->
                    assertThat(
                            Content.get(
                                millrace.files(), Content.ref("shop", "known"), ByteRange.whole()))
                        .isEqualTo(known))));
    load.underWay.await();
    return load;
  }

  private interface Step {
    void run(int number);
  }

  private void untilRefused(Step step) {
    try {
      for (int number = 0; ; number++) {
        step.run(number);
      }
    } catch (MillraceException e) {
      if (e.code().kind() == dev.millrace.base.ErrorCode.Kind.CORRUPT) {
        odd.add(e);
      }
    } catch (Throwable e) {
      odd.add(e);
    }
  }

  /// Waits for the end of all threads; none may have ended in another way than by a refusal.
  void awaitEnd() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(odd).isEmpty();
  }

  Shop shop() {
    return shop;
  }

  Millrace millrace() {
    return millrace;
  }
}
