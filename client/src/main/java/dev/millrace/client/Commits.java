package dev.millrace.client;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;

/// Commits versions although replies may get lost: a second commit of a version returns the first.
final class Commits {
  private static final int MAX_ATTEMPTS = 4;

  private final Catalog catalog;

  Commits(Catalog catalog) {
    this.catalog = catalog;
  }

  /// Commits a version, or finds it committed.
  ///
  /// @param refused runs when it is certain that the version is not committed and won't be
  /// @throws MillraceException TIMEOUT when it is still not known whether it was executed; anything
  ///   else: it was not
  StoredVersion execute(CatalogCommand.CommitVersion command, Runnable refused) {
    boolean inDoubt = false;
    for (int attempt = 1; ; attempt++) {
      try {
        return catalog.execute(command);
      } catch (MillraceException e) {
        inDoubt |= e.code() == ErrorCode.TIMEOUT;
        boolean undecided =
            e.code() == ErrorCode.TIMEOUT
                || e.code() == ErrorCode.NOT_LEADER
                || e.code() == ErrorCode.UNAVAILABLE;
        if (undecided && attempt < MAX_ATTEMPTS) {
          continue;
        }
        if (inDoubt && undecided) {
          throw new MillraceException(
              ErrorCode.TIMEOUT, String.valueOf(e.getMessage()), e); // An earlier try may have won.
        }
        if (!inDoubt) {
          refused.run();
        }
        throw e;
      }
    }
  }
}
