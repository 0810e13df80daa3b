package dev.millrace.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// A jar in the making, for tests of what is loaded at run time: Java sources, compiled against the
/// class path of the test, and other files.
public final class SourceJar {
  private final Map<String, JavaFileObject> sources = new TreeMap<>();
  private final Map<String, byte[]> entries = new TreeMap<>();

  /// Adds a source file, in place of one of the same path.
  ///
  /// @param path as in `org/example/Tally.java`
  public SourceJar source(String path, String text) {
    sources.put(
        path,
        new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        });
    return this;
  }

  /// Adds a file as it is.
  public SourceJar entry(String path, byte[] content) {
    entries.put(path, content.clone());
    return this;
  }

  /// Adds a file as it is.
  public SourceJar entry(String path, String text) {
    return entry(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Compiles the sources; what they became is among the entries then.
  ///
  /// @throws IOException with all that the compiler says
  public SourceJar compile() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager standard =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        JavaFileManager memory = new IntoEntries(standard)) {
      List<String> options = List.of("-proc:none", "-Xlint:all,-path,-classfile", "-Werror");
      if (!compiler.getTask(said, memory, null, options, null, sources.values()).call()) {
        throw new IOException(said.toString());
      }
    }
    sources.clear();
    return this;
  }

  /// Leaves an entry out.
  public SourceJar without(String path) {
    entries.remove(path);
    return this;
  }

  /// Compiles what is not compiled, and writes the jar.
  public Path write(Path jar) throws IOException {
    if (!sources.isEmpty()) {
      compile();
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return jar;
  }

  private final class IntoEntries extends ForwardingJavaFileManager<JavaFileManager> {
    IntoEntries(JavaFileManager standard) {
      super(standard);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      String path = className.replace('.', '/') + kind.extension;
      return new SimpleJavaFileObject(URI.create("string:///" + path), kind) {
        @Override
        public OutputStream openOutputStream() {
          return new ByteArrayOutputStream() {
            @Override
            public void close() {
              entries.put(path, toByteArray());
            }
          };
        }
      };
    }
  }
}
