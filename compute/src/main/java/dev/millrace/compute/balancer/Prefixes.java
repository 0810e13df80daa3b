package dev.millrace.compute.balancer;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Jobs.PrefixInput;
import dev.millrace.compute.balancer.InputParts.Prefixed;
import dev.millrace.model.BucketName;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Sha256;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogQuery;
import dev.millrace.net.CatalogQuery.ChangeReport;
import dev.millrace.net.CatalogQuery.Mark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What lies under prefixes, and digests of it that are remembered as long as nothing changes
/// there. Thread-safe.
///
/// A digest is remembered with a mark that was taken before the listing it was made of, and only
/// when nothing changed under the prefix by the end of the listing; it is used only when nothing
/// has since ([CatalogQuery.Changes]).
final class Prefixes {
  /// Prefixes whose digest is remembered.
  static final int REMEMBERED = 1000;

  private record Place(BucketName bucket, String prefix) {}

  private record Known(Mark mark, Sha256 digest) {}

  private final Catalog catalog;
  private final int mostInputs;
  private final Map<Place, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Known> eldest) {
          return size() > REMEMBERED;
        }
      };

  /// @param mostInputs that may lie under a prefix
  Prefixes(Catalog catalog, int mostInputs) {
    this.catalog = catalog;
    this.mostInputs = mostInputs;
  }

  /// What lies under a prefix now: only its digest, when that is known.
  ///
  /// @throws MillraceException NO_SUCH_BUCKET; NO_SUCH_KEY when there is nothing; INVALID_ARGUMENT
  ///   when there is too much
  Prefixed look(PrefixInput prefix) {
    Place place = new Place(prefix.bucket(), prefix.prefix());
    Optional<Known> before = recall(place);
    ChangeReport report = changes(place, before.map(Known::mark));
    if (before.isPresent() && report.unchanged()) {
      remember(place, new Known(report.now(), before.get().digest()));
      return new Prefixed(prefix, digest(prefix, before.get().digest()), Optional.empty());
    }
    return list(prefix, place, report.now());
  }

  /// What lies under a prefix now, each by name.
  ///
  /// @throws MillraceException as [#look]
  Prefixed list(PrefixInput prefix) {
    Place place = new Place(prefix.bucket(), prefix.prefix());
    return list(prefix, place, changes(place, Optional.empty()).now());
  }

  private Prefixed list(PrefixInput prefix, Place place, Mark mark) {
    List<ObjectRef> refs = refs(prefix);
    Sha256 digest = ResultKey.listed(refs);
    ChangeReport after = changes(place, Optional.of(mark));
    if (after.unchanged()) {
      remember(place, new Known(after.now(), digest));
    }
    return new Prefixed(prefix, digest(prefix, digest), Optional.of(refs));
  }

  private static Sha256 digest(PrefixInput prefix, Sha256 listed) {
    return ResultKey.prefix(prefix.bucket(), prefix.prefix(), prefix.labelHead(), listed);
  }

  private ChangeReport changes(Place place, Optional<Mark> since) {
    return catalog.query(new CatalogQuery.Changes(place.bucket(), place.prefix(), since));
  }

  private synchronized Optional<Known> recall(Place place) {
    return Optional.ofNullable(known.get(place));
  }

  private synchronized void remember(Place place, Known now) {
    known.put(place, now);
  }

  private List<ObjectRef> refs(PrefixInput prefix) {
    List<ObjectRef> refs = new ArrayList<>();
    Optional<ListRequest> next = Optional.of(ListRequest.all(prefix.bucket(), prefix.prefix()));
    while (next.isPresent()) {
      ListRequest request = next.get();
      ListPage page = catalog.query(new CatalogQuery.ListObjects(request));
      for (Listed listed : page.entries()) {
        refs.add(new ObjectRef(prefix.bucket(), listed.key(), Optional.of(listed.version())));
      }
      if (refs.size() > mostInputs) {
        throw new MillraceException(
            ErrorCode.INVALID_ARGUMENT,
            name(prefix)
                + ": more than the "
                + mostInputs
                + " inputs a job may have begin with this: make several jobs of it");
      }
      next = page.next().map(request::from);
    }
    if (refs.isEmpty()) {
      throw new MillraceException(
          ErrorCode.NO_SUCH_KEY,
          name(prefix) + ": no key begins with this: see 'millrace ls " + prefix.bucket() + "'");
    }
    return refs;
  }

  private static String name(PrefixInput prefix) {
    return Text.printable(prefix.labelHead() + prefix.prefix());
  }
}
