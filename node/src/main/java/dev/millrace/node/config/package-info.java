/// What a person can set: one file, one record, every key with its unit, default and range.
@NullMarked
package dev.millrace.node.config;

import org.jspecify.annotations.NullMarked;
