/// Tests of the storage node.
@NullMarked
package dev.millrace.storage;

import org.jspecify.annotations.NullMarked;
