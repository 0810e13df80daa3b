package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.compute.program.Call;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Sha256;
import dev.millrace.model.VersionId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.ToIntFunction;

/// What makes two jobs the same: the digests by which an answer is recorded and found again. Pure.
///
/// ```
/// program   SHA-256( "millrace program v1" "instruction"  name  semantics
///                    or "executable"  command  how many: name  digest of a shipped file …  semantics )
/// listed    SHA-256( "millrace listed v1"  how many: key  version … )
/// prefix    SHA-256( "millrace prefix v1"  bucket  prefix  head of labels  listed )
/// inputs    SHA-256( "millrace inputs v1"  parts, each one of
///                      1  how many: bucket  key  version  label …
///                      2  prefix )
/// result    SHA-256( "millrace result v1"  program  arguments  inputs )
/// kin       SHA-256( "millrace kin v1"     program  arguments  whether one input or several )
/// ```
///
/// Texts go in with their length before them, numbers with eight bytes. Where an answer is stored,
/// how urgent and how limited its job is makes no difference. Labels do: answers print them.
final class ResultKey {
  private static final int EXACT = 1;
  private static final int PREFIX = 2;

  /// Raised whenever a command over the same input is fed or put together otherwise.
  private static final int EXECUTABLE_SEMANTICS = 1;

  private ResultKey() {}

  /// The digest of what runs, without its arguments.
  ///
  /// @param semantics of the instruction of a name
  static Sha256 program(Program program, ToIntFunction<String> semantics) {
    Sink sink = new Sink("millrace program v1");
    switch (program) {
      case Program.Instruction instruction -> {
        sink.text("instruction");
        sink.text(instruction.name());
        sink.number(semantics.applyAsInt(instruction.name()));
      }
      case Program.Executable executable -> {
        sink.text("executable");
        sink.text(executable.command());
        sink.number(executable.shipped().size());
        for (Program.Shipped shipped : executable.shipped()) {
          sink.text(shipped.name());
          sink.text(shipped.content().key().value()); // its SHA-256
        }
        sink.number(EXECUTABLE_SEMANTICS);
      }
    }
    return sink.digest();
  }

  private static List<String> arguments(Program program) {
    return switch (program) {
      case Program.Instruction instruction -> instruction.arguments();
      case Program.Executable executable ->
          List.of(
              executable.cut().unit().name(),
              Integer.toString(executable.cut().headerLines()),
              executable.cut().recordEnd(),
              Boolean.toString(executable.files()),
              Boolean.toString(executable.reduce().isPresent()),
              executable.reduce().orElse(""));
    };
  }

  /// The digest of objects of one bucket.
  ///
  /// @param refs exact versions, in order
  static Sha256 listed(List<ObjectRef> refs) {
    Sink sink = new Sink("millrace listed v1");
    sink.number(refs.size());
    for (ObjectRef ref : refs) {
      sink.text(ref.key().value());
      sink.version(ref.version().orElseThrow());
    }
    return sink.digest();
  }

  /// The digest of all that lies under a prefix.
  ///
  /// @param listed the digest of what lies there
  static Sha256 prefix(BucketName bucket, String prefix, String labelHead, Sha256 listed) {
    Sink sink = new Sink("millrace prefix v1");
    sink.text(bucket.value());
    sink.text(prefix);
    sink.text(labelHead);
    sink.digest(listed);
    return sink.digest();
  }

  /// The digest of a job's inputs, part by part in order. One thread.
  static final class Inputs {
    private final Sink sink = new Sink("millrace inputs v1");

    /// Inputs that were named one by one.
    ///
    /// @param inputs exact versions
    void exact(List<ObjectRef> inputs, List<String> labels) {
      Check.that(labels.size() == inputs.size(), "%d labels", labels.size());
      sink.number(EXACT);
      sink.number(inputs.size());
      for (int i = 0; i < inputs.size(); i++) {
        ObjectRef input = inputs.get(i);
        sink.text(input.bucket().value());
        sink.text(input.key().value());
        sink.version(input.version().orElseThrow());
        sink.text(labels.get(i));
      }
    }

    /// All that lies under a prefix.
    void prefix(Sha256 digest) {
      sink.number(PREFIX);
      sink.digest(digest);
    }

    Sha256 digest() {
      return sink.digest();
    }
  }

  /// The key of a job's answer.
  ///
  /// @param digest of the program
  /// @param inputs their digest
  static Sha256 result(Program program, Sha256 digest, Sha256 inputs) {
    Sink sink = new Sink("millrace result v1");
    sink.program(program, digest);
    sink.digest(inputs);
    return sink.digest();
  }

  /// What jobs have in common that can take over parts of each other's answers.
  ///
  /// @param call of the program
  /// @param inputs how many there are
  static Sha256 kin(Program program, Sha256 digest, Call call, int inputs) {
    Sink sink = new Sink("millrace kin v1");
    sink.program(program, digest);
    sink.number(inputs > 1 && call.tellsOneInputFromSeveral() ? 2 : 1);
    return sink.digest();
  }

  /// A digest in the making; every value that goes in can be told from those around it.
  private static final class Sink {
    private final MessageDigest sha256;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    Sink(String purpose) {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("bug: every JDK has SHA-256", e);
      }
      sha256.update(purpose.getBytes(US_ASCII));
    }

    void number(long value) {
      sha256.update(number.clear().putLong(value).array());
    }

    void text(String value) {
      byte[] utf8 = value.getBytes(UTF_8);
      number(utf8.length);
      sha256.update(utf8);
    }

    void version(VersionId id) {
      number(id.value().high());
      number(id.value().low());
    }

    void program(Program program, Sha256 digest) {
      digest(digest);
      List<String> arguments = arguments(program);
      number(arguments.size());
      arguments.forEach(this::text);
    }

    void digest(Sha256 value) {
      sha256.update(value.value().toArray());
    }

    Sha256 digest() {
      return new Sha256(Bytes.copyOf(sha256.digest()));
    }
  }
}
