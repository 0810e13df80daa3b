/// Tests of the catalog, and what they share.
@NullMarked
package dev.millrace.catalog;

import org.jspecify.annotations.NullMarked;
