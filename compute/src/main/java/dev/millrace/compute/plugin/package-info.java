/// Instructions that come from elsewhere: loads their jars from a home's `plugins` folder, and
/// stands between them and the node, so that one that throws, lies or never ends harms its own jobs
/// alone. This is no sandbox: a plug-in has all rights of the process.
@NullMarked
package dev.millrace.compute.plugin;

import org.jspecify.annotations.NullMarked;
