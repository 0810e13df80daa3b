/// The node's HTTP API over `Millrace`: files, jobs and administration as JSON, metrics, health.
/// `docs/api.md` describes it.
@NullMarked
package dev.millrace.console.api;

import org.jspecify.annotations.NullMarked;
