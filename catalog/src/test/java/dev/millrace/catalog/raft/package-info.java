/// Tests of the catalog with its log: restarts, crashes, damage, backup.
@NullMarked
package dev.millrace.catalog.raft;

import org.jspecify.annotations.NullMarked;
