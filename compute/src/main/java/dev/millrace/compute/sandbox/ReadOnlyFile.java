package dev.millrace.compute.sandbox;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.nio.file.Path;

/// A file of this machine that a program sees, and can't change.
///
/// @param host a regular file, absolute; executable for the program when its owner may execute it
/// @param inside where the program sees it: a normal path under `/program/`
public record ReadOnlyFile(Path host, String inside) {
  /// The folder inside that holds shipped files.
  public static final String FOLDER = "/program/";

  public ReadOnlyFile {
    if (!host.isAbsolute()) {
      throw refused(host.toString(), "it is not absolute", "give the file's whole path");
    }
    if (!inside.startsWith(FOLDER)
        || inside.length() == FOLDER.length()
        || inside.indexOf('\0') >= 0
        || !Path.of(inside).normalize().toString().equals(inside)) {
      throw refused(inside, "it is no normal path under " + FOLDER, "name it " + FOLDER + "NAME");
    }
  }

  private static MillraceException refused(String what, String why, String remedy) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "program file '" + Text.printable(what) + "': " + why + ": " + remedy);
  }
}
