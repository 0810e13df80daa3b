package dev.millrace.compute.balancer;

import dev.millrace.client.Jobs.PrefixInput;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A job's inputs as they were asked for: some one by one, some by what their keys begin with.
/// Immutable.
///
/// @param parts in order
record InputParts(List<Part> parts) {
  InputParts {
    parts = List.copyOf(parts);
  }

  /// A run of inputs.
  sealed interface Part {}

  /// Inputs that were named one by one.
  ///
  /// @param refs exact versions
  record Exact(List<ObjectRef> refs, List<String> labels) implements Part {}

  /// All objects under a prefix.
  ///
  /// @param digest of what is there
  /// @param refs of what is there; absent when it was known without a look at each
  record Prefixed(PrefixInput prefix, Sha256 digest, Optional<List<ObjectRef>> refs)
      implements Part {}

  /// The digest of all inputs.
  Sha256 digest() {
    ResultKey.Inputs digest = new ResultKey.Inputs();
    for (Part part : parts) {
      switch (part) {
        case Exact exact -> digest.exact(exact.refs(), exact.labels());
        case Prefixed prefixed -> digest.prefix(prefixed.digest());
      }
    }
    return digest.digest();
  }

  /// Whether every input is named.
  boolean listed() {
    return parts.stream()
        .allMatch(part -> !(part instanceof Prefixed prefixed) || prefixed.refs().isPresent());
  }

  /// All inputs in order, once they are listed.
  List<ObjectRef> refs() {
    List<ObjectRef> refs = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Exact exact -> refs.addAll(exact.refs());
        case Prefixed prefixed -> refs.addAll(prefixed.refs().orElseThrow());
      }
    }
    return refs;
  }

  /// A label for each of [#refs].
  List<String> labels() {
    List<String> labels = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Exact exact -> labels.addAll(exact.labels());
        case Prefixed prefixed ->
            prefixed
                .refs()
                .orElseThrow()
                .forEach(ref -> labels.add(prefixed.prefix().labelHead() + ref.key().value()));
      }
    }
    return labels;
  }
}
