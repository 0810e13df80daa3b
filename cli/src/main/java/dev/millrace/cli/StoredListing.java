package dev.millrace.cli;

import dev.millrace.base.Limits;
import dev.millrace.cli.local.KeyOrder;
import dev.millrace.client.Files;
import dev.millrace.model.BucketName;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/// A listing of any length, in order, one page in memory at a time. Belongs to one thread.
final class StoredListing implements Iterator<StoredListing.Item> {
  /// An object or version, or a common prefix.
  ///
  /// @param name the key or the prefix
  /// @param listed absent for a prefix
  record Item(String name, Optional<Listed> listed) {}

  private final Files files;
  private ListRequest request;
  private ListPage page;
  private int nextEntry;
  private int nextPrefix;

  /// NO_SUCH_BUCKET.
  StoredListing(Files files, ListRequest request) {
    this.files = files;
    this.request = request;
    this.page = files.list(request);
  }

  /// All current objects under a prefix.
  static StoredListing all(Files files, BucketName bucket, String prefix) {
    return new StoredListing(files, ListRequest.all(bucket, prefix));
  }

  /// What `ls` asks for.
  static ListRequest request(
      BucketName bucket, String prefix, String delimiter, boolean allVersions) {
    return new ListRequest(
        bucket, prefix, delimiter, allVersions, Optional.empty(), Limits.PAGE_ENTRIES);
  }

  @Override
  public boolean hasNext() {
    while (nextEntry == page.entries().size() && nextPrefix == page.commonPrefixes().size()) {
      if (page.next().isEmpty()) {
        return false;
      }
      request = request.from(page.next().get());
      page = files.list(request);
      nextEntry = 0;
      nextPrefix = 0;
    }
    return true;
  }

  @Override
  public Item next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    boolean entry = nextEntry < page.entries().size();
    boolean prefix = nextPrefix < page.commonPrefixes().size();
    if (entry
        && (!prefix
            || KeyOrder.compare(
                    page.entries().get(nextEntry).key().value(),
                    page.commonPrefixes().get(nextPrefix))
                <= 0)) {
      Listed listed = page.entries().get(nextEntry++);
      return new Item(listed.key().value(), Optional.of(listed));
    }
    return new Item(page.commonPrefixes().get(nextPrefix++), Optional.empty());
  }
}
