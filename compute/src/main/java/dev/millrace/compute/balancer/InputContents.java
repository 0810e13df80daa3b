package dev.millrace.compute.balancer;

import dev.millrace.base.ByteUnits;
import dev.millrace.compute.worker.Contents;
import dev.millrace.model.Content;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The inputs of one job. Keeps what it found when it was made, the first input and what fits into
/// [#KEPT_BYTES] with it; what is beyond is looked up again each time: a hundred thousand small
/// files, which lie in the catalog with their bytes, would fill the heap.
final class InputContents implements Contents {
  static final long KEPT_BYTES = 8 * ByteUnits.MIB;

  /// What content takes on the heap, about: its object, and each of its extents.
  private static final int OBJECT_BYTES = 512;

  private static final int EXTENT_BYTES = 128;

  private final List<ObjectRef> inputs;
  private final Function<ObjectRef, Stored> find;
  private final List<Stored> first = new ArrayList<>();
  private final List<Long> sizes = new ArrayList<>();

  /// Looks at every input once.
  ///
  /// @param find what is stored under an exact version; its failures are those of this
  InputContents(List<ObjectRef> inputs, Function<ObjectRef, Stored> find) {
    this.inputs = inputs;
    this.find = find;
    long keptBytes = 0;
    for (ObjectRef input : inputs) {
      Stored found = find.apply(input);
      sizes.add(found.sizeBytes());
      keptBytes += weightBytes(found);
      if (first.isEmpty() || keptBytes <= KEPT_BYTES) {
        first.add(found);
      }
    }
  }

  private static long weightBytes(Stored found) {
    return OBJECT_BYTES
        + switch (found.content()) {
          case Content.Inline inline -> inline.sealed().length();
          case Content.Chunked chunked -> (long) EXTENT_BYTES * chunked.manifest().extents().size();
        };
  }

  /// Plaintext lengths, in order.
  List<Long> sizes() {
    return List.copyOf(sizes);
  }

  @Override
  public Stored of(int input) {
    return input < first.size() ? first.get(input) : find.apply(inputs.get(input));
  }
}
