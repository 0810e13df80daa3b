/// Getting the catalog back: its copies in the volumes, and what chunks say of themselves.
@NullMarked
package dev.millrace.node.recovery;

import org.jspecify.annotations.NullMarked;
