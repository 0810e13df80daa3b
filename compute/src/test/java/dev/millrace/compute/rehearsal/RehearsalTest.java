package dev.millrace.compute.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.Tool;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.Instructions;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.testkit.Seeds;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RehearsalTest {
  @TempDir Path folder;

  private static Rehearsal of(String... words) {
    Instruction instruction = Instructions.load().find(words[0]);
    return Rehearsal.of(
        instruction, List.of(words).subList(1, words.length).toArray(String[]::new));
  }

  private static String random(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(200); i > 0; i--) {
      text.append("ab \n".charAt(random.nextInt(4)));
    }
    return text.toString();
  }

  @Test
  void answersAsTheToolsDoWhereverItCuts() throws Exception {
    SplittableRandom random = new SplittableRandom(Seeds.seed("rehearsal"));
    for (int round = 0; round < 20; round++) {
      String one = random(random);
      String two = random(random);
      Files.writeString(folder.resolve("one"), one);
      Files.writeString(folder.resolve("two"), two);
      for (List<String> command :
          List.of(
              List.of("count"),
              List.of("grep", "a b"),
              List.of("cut", "-c", "2-3"),
              List.of("head", "-n", "3"))) {
        List<String> tool = new ArrayList<>(command);
        tool.set(0, command.getFirst().equals("count") ? "wc" : command.getFirst());
        tool.addAll(List.of("one", "two"));
        byte[] expected = Tool.run(folder, new byte[0], tool).output();
        Rehearsal rehearsal = of(command.toArray(String[]::new)).with("one", one).with("two", two);
        assertThat(rehearsal.answer()).as(tool.toString()).isEqualTo(expected);
        for (long pieceBytes = 1; pieceBytes < 40; pieceBytes += 1 + random.nextInt(5)) {
          assertThat(rehearsal.answer(pieceBytes)).as(tool.toString()).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void cutsWhereItIsTold() {
    Rehearsal count = of("count", "-w").with("a", "one two").with("b", "").with("c", "three");
    String whole = new String(count.answer(), UTF_8);
    assertThat(whole).isEqualTo(" 2 a\n 0 b\n 1 c\n 3 total\n");
    assertThat(count.answerCutAt(List.of(0L, 1L, 1L, 7L, 12L, 50L)))
        .asString(UTF_8)
        .isEqualTo(whole);
    Rehearsal head = of("head").with("a", "one two").with("b", "").with("c", "three");
    assertThat(head.answerCutAt(List.of(7L))).isEqualTo(head.answer());
    assertThatThrownBy(() -> head.answerCutAt(List.of(3L))).hasMessageContaining("inside an input");
    assertThat(of("compress").with("empty", "").answer()).isNotEmpty();
    assertThatThrownBy(() -> of("count").answer()).hasMessageContaining("no input");
  }

  @Test
  void failsAsAJobDoes() {
    assertThatThrownBy(() -> of("count", "-x"))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    assertThatThrownBy(() -> of("decompress").with("a", "no zstd").answer())
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT));
    assertThatThrownBy(() -> Rehearsal.of(new Wrong()).with("a", "text").answer())
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAILED))
        .hasMessageContaining("which is not of its piece");
  }

  /// Reads what it was not given.
  private static final class Wrong implements Instruction {
    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public String usage() {
      return "wrong";
    }

    @Override
    public String description() {
      return "Wrong.";
    }

    @Override
    public Call parse(List<String> arguments) {
      return new Call() {
        @Override
        public Split split() {
          return new Split.Lines();
        }

        @Override
        public Combine combine() {
          return new Combine.ConcatenateInOrder();
        }

        @Override
        public Bytes run(PieceInput input, OutputStream output, TaskContext context)
            throws IOException {
          return Bytes.copyOf(
              new byte[input.read(new Segment(0, "b", 0, 1), 0, new byte[1], 0, 1)]);
        }
      };
    }
  }
}
