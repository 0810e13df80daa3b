/// Tests of the catalog's pure core.
@NullMarked
package dev.millrace.catalog.state;

import org.jspecify.annotations.NullMarked;
