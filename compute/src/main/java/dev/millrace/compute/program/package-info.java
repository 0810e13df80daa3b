/// The interface between Millrace and what it runs: an instruction says how its input may be cut
/// and how its answers go together, and runs over one piece. Plug-ins implement
/// [dev.millrace.compute.program.Instruction] and name it in `META-INF/services`; `docs/plugins.md`
/// is their page.
///
/// Public, and kept so: [Instruction][dev.millrace.compute.program.Instruction],
/// [Call][dev.millrace.compute.program.Call], [Split][dev.millrace.compute.program.Split],
/// [Combine][dev.millrace.compute.program.Combine],
/// [PieceInput][dev.millrace.compute.program.PieceInput],
/// [Segment][dev.millrace.compute.program.Segment],
/// [TaskContext][dev.millrace.compute.program.TaskContext],
/// [Arguments][dev.millrace.compute.program.Arguments], and what they mention: `Bytes`, `Text`,
/// `MillraceException` and `ErrorCode` of `dev.millrace.base`, `TaskResult` of
/// `dev.millrace.model`; besides them `dev.millrace.compute.rehearsal` for tests. Everything else
/// may change from one version to the next.
@NullMarked
package dev.millrace.compute.program;

import org.jspecify.annotations.NullMarked;
