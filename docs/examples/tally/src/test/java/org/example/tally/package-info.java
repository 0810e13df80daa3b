/// Tests that need no node.
@NullMarked
package org.example.tally;

import org.jspecify.annotations.NullMarked;
