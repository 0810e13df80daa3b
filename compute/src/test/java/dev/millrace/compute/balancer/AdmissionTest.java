package dev.millrace.compute.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private final JobHouse house = new JobHouse();
  private final ObjectRef input = house.put("in", "abc");

  @AfterEach
  void close() {
    house.close();
  }

  private static JobRequest request(
      String program, List<ObjectRef> inputs, List<String> labels, String bucket) {
    return new JobRequest(
        new Program.Instruction(program, List.of()),
        inputs,
        labels,
        Optional.of(new BucketName(bucket)),
        Optional.of(JobHouse.OUT));
  }

  private void assertRefused(JobRequest request, ErrorCode code, String message) {
    assertThatThrownBy(() -> house.jobs().submit(request))
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
    assertThat(house.jobs().list()).isEmpty();
  }

  @Test
  void refusesWhatCannotRunAndSaysWhatToDo() {
    List<ObjectRef> one = List.of(input);
    assertRefused(
        request("cuont", one, List.of("in"), "files"),
        ErrorCode.NO_SUCH_PROGRAM,
        "did you mean 'count'?");
    assertRefused(
        request("count", List.of(), List.of(), "files"),
        ErrorCode.INVALID_ARGUMENT,
        "there is none: name at least one");
    assertRefused(
        request("count", one, List.of(), "files"), ErrorCode.INVALID_ARGUMENT, "0 for 1 inputs");
    assertRefused(
        request("count", one, List.of("é".repeat(2049)), "files"),
        ErrorCode.INVALID_ARGUMENT,
        "4098 bytes are more than the 4096 allowed");
    assertRefused(
        request("count", one, List.of("a\0b"), "files"),
        ErrorCode.INVALID_ARGUMENT,
        "NUL character");
    assertRefused(request("count", one, List.of("in"), "nowhere"), ErrorCode.NO_SUCH_BUCKET, "");
    assertRefused(
        request("count", one, List.of("in"), ".results"),
        ErrorCode.INVALID_BUCKET_NAME,
        "belongs to Millrace");
    assertRefused(
        new JobRequest(
            new Program.Instruction("count", List.of()),
            one,
            List.of("in"),
            Optional.empty(),
            Optional.of(JobHouse.OUT)),
        ErrorCode.INVALID_ARGUMENT,
        "give both, or neither");
    assertRefused(
        new JobRequest(
            new Program.Instruction("compress", List.of("--level=0")),
            one,
            List.of("in"),
            Optional.of(JobHouse.BUCKET),
            Optional.of(JobHouse.OUT)),
        ErrorCode.INVALID_ARGUMENT,
        "1 to 19");
  }

  @Test
  void refusesInputsThatAreNotThere() {
    ObjectRef absent = ObjectRef.current(JobHouse.BUCKET, new ObjectKey("absent"));
    assertRefused(
        request("count", List.of(absent), List.of("x"), "files"), ErrorCode.NO_SUCH_KEY, "");
    house.catalog.execute(
        new CatalogCommand.AddDeleteMarker(
            JobHouse.BUCKET, input.key(), new VersionId(new Id128(1, 2))));
    ObjectRef deleted = ObjectRef.current(JobHouse.BUCKET, input.key());
    assertRefused(
        request("count", List.of(deleted), List.of("x"), "files"),
        ErrorCode.NO_SUCH_KEY,
        "it was deleted: restore it");
  }

  @Test
  void aJobThatIsNotAcceptedIsNotRun() {
    house.catalog.refuseNext(ErrorCode.UNAVAILABLE);
    assertRefused(
        request("count", List.of(input), List.of("in"), "files"), ErrorCode.UNAVAILABLE, "");
  }

  @Test
  void aJobOfWhichNobodyHeardIsCancelled() {
    house.catalog.loseReplies(1);
    JobRequest request = request("count", List.of(input), List.of("in"), "files");
    assertThatThrownBy(() -> house.jobs().submit(request)).isInstanceOf(MillraceException.class);
    assertThat(house.jobs().list()).allMatch(progress -> progress.job().state().ended());
    assertThat(house.jobs().resumeAll()).isZero();
  }
}
