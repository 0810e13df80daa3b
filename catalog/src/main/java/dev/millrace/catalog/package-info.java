/// The catalog: all metadata of Millrace as a replicated state machine. What other parts see of it
/// beside the port `net.Catalog`: its configuration, its backup and its rebuilding.
@NullMarked
package dev.millrace.catalog;

import org.jspecify.annotations.NullMarked;
