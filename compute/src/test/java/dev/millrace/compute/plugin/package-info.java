/// Tests of loading plug-ins.
@NullMarked
package dev.millrace.compute.plugin;

import org.jspecify.annotations.NullMarked;
