package dev.millrace.model;

import java.util.List;
import java.util.Optional;

/// One page of a listing. Entries and common prefixes are each in order; together they are the
/// page.
///
/// @param next where the next page begins; absent on the last
public record ListPage(
    List<Listed> entries, List<String> commonPrefixes, Optional<ListRequest.Cursor> next) {
  public ListPage {
    entries = List.copyOf(entries);
    commonPrefixes = List.copyOf(commonPrefixes);
  }
}
