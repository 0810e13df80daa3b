/// The catalog as a Raft group: the only package that imports Apache Ratis.
///
/// ```
/// caller → CommandBatcher → RaftServer (log, fdatasync) → CatalogStateMachine → tables → caller
/// caller → tables → caller
/// ```
///
/// Folder:
///
/// ```
/// identity              whose catalog this is (FolderIdentity)
/// db/                   the tables; what is on disk may be older than the log
/// checkpoints/T_I/      the tables after entry I of term T; the newest one is kept
/// raft/GROUP/current/   Ratis' log segments and its vote
/// ```
@NullMarked
package dev.millrace.catalog.raft;

import org.jspecify.annotations.NullMarked;
