/// Tests of the storage node.
@NullMarked
package dev.millrace.storage.upkeep;

import org.jspecify.annotations.NullMarked;
