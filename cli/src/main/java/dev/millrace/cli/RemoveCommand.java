package dev.millrace.cli;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Shapes;
import dev.millrace.client.Files;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.VersionId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Removes objects by a delete marker, or versions for good.
final class RemoveCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax
        .flag("All that is under a bucket or prefix", "-r", "--recursive")
        .flag("With --recursive: destroy every version, for good", "--versions")
        .value("VERSION", "Destroy this version, for good", "--version")
        .words("BUCKET/KEY…", 1, Syntax.ANY, "What to remove");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    Optional<VersionId> version = arguments.version();
    boolean recursive = arguments.flag("--recursive");
    boolean versions = arguments.flag("--versions");
    if (version.isPresent() && (recursive || arguments.words().size() > 1)) {
      throw new UsageException("--version is about one object: name one, without --recursive");
    }
    if (versions && !recursive) {
      throw new UsageException("--versions destroys all that is under a prefix: add --recursive");
    }
    try (Removals removals = new Removals(session)) {
      for (String word : arguments.words()) {
        session.stop().check();
        ObjectName name = ObjectName.parse(word);
        if (recursive) {
          removals.all(name, versions);
        } else if (version.isPresent()) {
          removals.destroy(name.ref(version));
        } else {
          removals.delete(name);
        }
      }
    }
  }

  private static final class Removals implements AutoCloseable {
    private final Session session;
    private final Files files;
    private final @Nullable JsonOut json;

    Removals(Session session) {
      this.session = session;
      this.files = session.millrace().files();
      this.json = session.json() ? JsonOut.array(session.out()) : null;
    }

    void delete(ObjectName name) {
      try {
        removed(files.delete(name.bucket(), name.key()));
      } catch (MillraceException e) {
        if (e.code() != ErrorCode.NO_SUCH_KEY && e.code() != ErrorCode.INVALID_KEY) {
          throw e;
        }
        session.report(
            name.folder()
                ? new MillraceException(
                    e.code(), name + ": no such key: add --recursive to remove all under it", e)
                : e);
      }
    }

    void destroy(ObjectRef ref) {
      files.destroy(ref);
      if (json != null) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("bucket", ref.bucket().value());
        fields.put("key", ref.key().value());
        fields.put("version", ref.version().map(VersionId::toString).orElse(null));
        fields.put("destroyed", true);
        json.element(fields);
      }
    }

    void all(ObjectName name, boolean versions) {
      StoredListing listing =
          new StoredListing(files, StoredListing.request(name.bucket(), name.path(), "", versions));
      try (Parallel parallel = new Parallel(session.stop())) {
        while (listing.hasNext()) {
          Listed listed = listing.next().listed().orElseThrow();
          parallel.start(0, () -> one(name, listed, versions));
        }
        parallel.finish();
      }
    }

    // What someone else removed meanwhile is gone as it should be.
    private void one(ObjectName name, Listed listed, boolean destroy) {
      try {
        if (destroy) {
          destroy(new ObjectRef(name.bucket(), listed.key(), Optional.of(listed.version())));
        } else {
          removed(files.delete(name.bucket(), listed.key()));
        }
      } catch (MillraceException e) {
        if (e.code() != ErrorCode.NO_SUCH_KEY && e.code() != ErrorCode.NO_SUCH_VERSION) {
          throw e;
        }
      }
    }

    private void removed(DeleteMarker marker) {
      if (json != null) {
        json.element(Shapes.version(marker));
      }
    }

    @Override
    public void close() {
      if (json != null) {
        json.close();
      }
    }
  }
}
