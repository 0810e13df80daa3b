package dev.millrace.node;

import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.StoragePolicy;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The buckets that Millrace keeps for itself.
final class SystemBuckets {
  private static final List<BucketName> NAMES =
      List.of(
          BucketName.INPUTS,
          BucketName.RESULTS,
          BucketName.PIECES,
          BucketName.PROGRAMS,
          BucketName.LOGS,
          BucketName.CATALOG);

  private SystemBuckets() {}

  /// Makes those that are missing.
  static void ensure(Catalog catalog, StoragePolicy policy) {
    Set<BucketName> present =
        catalog.query(new CatalogQuery.ListBuckets()).stream()
            .map(Bucket::name)
            .collect(Collectors.toSet());
    for (BucketName name : NAMES) {
      if (!present.contains(name)) {
        catalog.execute(new CatalogCommand.CreateBucket(name, policy));
      }
    }
  }
}
