/// Tests of the storage node.
@NullMarked
package dev.millrace.storage.placement;

import org.jspecify.annotations.NullMarked;
