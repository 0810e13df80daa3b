/// What Millrace is for, on real files, held against the standard tools.
@NullMarked
package dev.millrace.system.demo;

import org.jspecify.annotations.NullMarked;
