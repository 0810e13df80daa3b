/// Tests of the catalog's rows.
@NullMarked
package dev.millrace.wire.catalog;

import org.jspecify.annotations.NullMarked;
