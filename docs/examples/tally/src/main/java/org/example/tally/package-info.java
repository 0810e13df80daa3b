/// Counts how often each value of a field comes in lines of text: an example of a plug-in.
@NullMarked
package org.example.tally;

import org.jspecify.annotations.NullMarked;
