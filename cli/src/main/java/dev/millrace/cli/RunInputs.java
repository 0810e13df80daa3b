package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.local.FileDigest;
import dev.millrace.cli.local.LocalErrors;
import dev.millrace.cli.local.LocalFile;
import dev.millrace.cli.show.Progress;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs.PrefixInput;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes the inputs of a job from what was typed: looks up objects, passes on prefixes, stores
/// local files. A file is stored under a key made of where it lies, its size and its times, so that
/// an unchanged one is not sent again.
final class RunInputs {
  /// A file changed this recently may change again without a new time: it is always sent.
  private static final long RACY_MILLIS = 2000;

  private static final int NONCE_BYTES = 16;

  private final Session session;
  private final Files files;
  private final Clock clock;
  private final List<ObjectRef> refs = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();
  private final List<PrefixInput> prefixes = new ArrayList<>();

  RunInputs(Session session, Clock clock) {
    this.session = session;
    this.files = session.millrace().files();
    this.clock = clock;
  }

  List<ObjectRef> refs() {
    return refs;
  }

  List<String> labels() {
    return labels;
  }

  List<PrefixInput> prefixes() {
    return prefixes;
  }

  /// Looks at every input before any byte is sent, so that a mistyped name costs nothing.
  ///
  /// @param choices what the first word could also have been: an argument of the program
  void check(List<String> words, List<String> choices) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!local(word)) {
        continue;
      }
      try {
        look(word);
      } catch (MillraceException e) {
        if (i == 0 && e.code() == ErrorCode.NO_SUCH_FILE && !choices.isEmpty()) {
          throw neither(word, choices, e);
        }
        throw e;
      }
    }
  }

  private static MillraceException neither(
      String word, List<String> choices, MillraceException cause) {
    return new MillraceException(
        ErrorCode.NO_SUCH_FILE,
        word
            + ": neither a file nor one of "
            + String.join(", ", choices)
            + ": "
            + Nearest.of(word, choices)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("check the name"),
        cause);
  }

  private static boolean local(String word) {
    return !word.equals("-") && !word.startsWith(ObjectName.SCHEME);
  }

  private LocalFile look(String word) {
    try {
      LocalFile file = LocalFile.at(session.path(word));
      if (!java.nio.file.Files.isReadable(file.path())) {
        throw new MillraceException(
            ErrorCode.ACCESS_DENIED,
            word + ": permission denied: change its permissions or run as its owner");
      }
      return file;
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.NO_SUCH_FILE && word.contains("/")) {
        throw new MillraceException(
            e.code(),
            word + ": no such file: check the name, or write mr://" + word + " for a stored object",
            e);
      }
      throw e;
    }
  }

  /// Takes one input, or a prefix, which the node makes many of.
  void add(String word) {
    if (word.startsWith(ObjectName.SCHEME)) {
      ObjectName name = ObjectName.parse(word);
      if (name.folder()) {
        prefixes.add(
            new PrefixInput(
                refs.size(),
                name.bucket(),
                name.path(),
                new ObjectName(name.bucket(), "").toString()));
      } else {
        take(ObjectRef.of(files.stat(name.ref(Optional.empty()))), word);
      }
      return;
    }
    try (Progress progress = session.progress("store", false)) {
      StoredVersion stored = word.equals("-") ? storeInput(progress) : storeFile(word, progress);
      take(ObjectRef.of(stored), word);
    }
  }

  private void take(ObjectRef ref, String label) {
    refs.add(ref);
    labels.add(label);
  }

  private StoredVersion storeInput(Progress progress) {
    return new Uploads(files, session.stop())
        .stream(
            session.terminal().in(),
            BucketName.INPUTS,
            new ObjectKey("stdin-" + nonce()),
            bytes -> progress.at(bytes, -1, ""));
  }

  private StoredVersion storeFile(String word, Progress progress) {
    LocalFile file = look(word);
    ObjectKey key = key(file);
    StoredVersion known = file.regular() ? known(key) : null;
    if (known != null && known.sizeBytes() == file.sizeBytes()) {
      return known;
    }
    long total = file.expectedBytes().orElse(-1L);
    Uploads uploads = new Uploads(files, session.stop());
    return switch (uploads.file(
        file, BucketName.INPUTS, key, bytes -> progress.at(bytes, total, ""))) {
      case Uploads.Sent.Stored stored -> stored.version();
      case Uploads.Sent.Refused refused -> throw refused.why();
    };
  }

  private @Nullable StoredVersion known(ObjectKey key) {
    try {
      return files.stat(ObjectRef.current(BucketName.INPUTS, key));
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.NO_SUCH_KEY || e.code() == ErrorCode.NO_SUCH_BUCKET) {
        return null;
      }
      throw e;
    }
  }

  private ObjectKey key(LocalFile file) {
    FileTime changed = file.modified();
    String path;
    try {
      path = file.path().toRealPath().toString();
      // Unlike the time of writing, that of the last change can't be set back by copying tools.
      if (java.nio.file.Files.getAttribute(file.path(), "unix:ctime") instanceof FileTime time) {
        changed = time.compareTo(changed) > 0 ? time : changed;
      }
    } catch (IOException e) {
      throw LocalErrors.reading(file.path(), e);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      path = file.path().toAbsolutePath().normalize().toString();
    }
    boolean settled = file.regular() && clock.currentMillis() - changed.toMillis() > RACY_MILLIS;
    MessageDigest digest = FileDigest.digest("SHA-256");
    digest.update(path.getBytes(UTF_8));
    String state =
        "\0" + file.sizeBytes() + " " + file.modified() + " " + changed + " " + file.identity();
    digest.update(state.getBytes(UTF_8));
    String name = Text.hex(digest.digest());
    return new ObjectKey(settled ? name : name + "-" + nonce());
  }

  private static String nonce() {
    byte[] random = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(random);
    return Text.hex(random);
  }
}
