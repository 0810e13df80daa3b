/// The storage node: serves chunks from its disks.
@NullMarked
package dev.millrace.storage;

import org.jspecify.annotations.NullMarked;
