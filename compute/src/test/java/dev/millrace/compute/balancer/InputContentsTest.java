package dev.millrace.compute.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Stored;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class InputContentsTest {
  private static final int SMALL = 4096;
  private static final int MANY = 4000;
  private final List<ObjectRef> asked = new ArrayList<>();
  private boolean destroyed;
  private int sealedBytes = SMALL;

  private Stored find(ObjectRef input) {
    asked.add(input);
    if (destroyed) {
      throw new MillraceException(ErrorCode.NO_SUCH_VERSION, input + ": it was destroyed");
    }
    return new Stored(
        SMALL - 16,
        "",
        new Content.Inline(new ChunkId(0, asked.size()), Bytes.copyOf(new byte[sealedBytes])),
        new WrappedKey(1, Bytes.EMPTY),
        Map.of(),
        Optional.empty());
  }

  private static ObjectRef ref(int number) {
    return new ObjectRef(
        new BucketName("box"),
        new ObjectKey("in/" + number),
        Optional.of(new VersionId(new Id128(2, number))));
  }

  private InputContents contents(int inputs) {
    List<ObjectRef> refs = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      refs.add(ref(i));
    }
    return new InputContents(refs, this::find);
  }

  @Test
  void aFewInputsAreLookedUpOnceAndStayReadableWhenTheyAreDestroyed() {
    InputContents contents = contents(3);
    assertThat(contents.sizes()).containsExactly(SMALL - 16L, SMALL - 16L, SMALL - 16L);
    destroyed = true;
    assertThat(contents.of(2).sizeBytes()).isEqualTo(SMALL - 16);
    assertThat(asked).hasSize(3);
  }

  @Test
  void theFirstIsKeptHoweverMuchItTakes() {
    sealedBytes = (int) InputContents.KEPT_BYTES + 1;
    InputContents contents = contents(2);
    destroyed = true;
    assertThat(contents.of(0).sizeBytes()).isEqualTo(SMALL - 16);
    assertThatThrownBy(() -> contents.of(1)).hasMessageContaining("it was destroyed");
  }

  @Test
  void ofManyNoMoreIsKeptThanTheBound() {
    InputContents contents = contents(MANY);
    assertThat(contents.sizes()).hasSize(MANY);
    int kept = 0;
    for (int i = 0; i < MANY; i++) {
      int before = asked.size();
      assertThat(contents.of(i).sizeBytes()).isEqualTo(SMALL - 16);
      if (asked.size() == before) {
        kept++;
      } else {
        assertThat(asked.getLast()).isEqualTo(ref(i));
      }
    }
    assertThat((long) kept * SMALL)
        .isBetween(InputContents.KEPT_BYTES / 2, InputContents.KEPT_BYTES);
    destroyed = true;
    assertThatThrownBy(() -> contents.of(MANY - 1)).hasMessageContaining("it was destroyed");
  }
}
