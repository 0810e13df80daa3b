/// Tests of the formats of a volume on disk.
@NullMarked
package dev.millrace.wire.volume;

import org.jspecify.annotations.NullMarked;
